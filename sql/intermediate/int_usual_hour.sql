-- model:  intermediate.int_usual_hour
-- title:  Ce que chaque compteur voit d'ordinaire, heure par heure, autour d'un jour compté en partie | What each counter usually sees, hour by hour, around a day counted in part
-- grain:  counter_id, day, hour
-- column: counter_id | Compteur | Counter
-- column: day | Jour compté en partie | Day counted in part
-- column: hour | Heure locale du début | Local hour of the start | h
-- column: passages_per_hour | Passages par heure comptée, le même jour de semaine, 26 semaines avant à 26 semaines après, dans la même période de sensibilité | Passages an hour counted on the same weekday, from 26 weeks before to 26 weeks after, in the same sensitivity period | passages/h
-- column: slot_hours | Durée d'un jour complet qui commence à cette heure : 1, 24 pour un comptage par jour | Part of a full day that begins at that hour: 1, 24 for a daily count | h
-- column: n_days | Jours où cette heure est comptée | Days on which that hour is counted | jours
-- check:  passages_per_hour >= 0
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day WHERE is_in_service),

hours AS (SELECT * FROM staging.stg_footfall_hour WHERE passages IS NOT NULL),

partial_days AS (
    SELECT * FROM counter_days WHERE measured_hours > 0 AND measured_hours < expected_hours - 0.001
),

-- Half a year on either side: what later years bring changes nothing that was said.
days_alike AS (
    SELECT partial_days.counter_id, partial_days.day, counter_days.day AS day_alike
    FROM partial_days
    INNER JOIN counter_days
        ON partial_days.counter_id = counter_days.counter_id
        AND partial_days.period_no = counter_days.period_no
        AND partial_days.weekday = counter_days.weekday
        AND counter_days.day BETWEEN partial_days.day - 182 AND partial_days.day + 182
),

int_usual_hour AS (
    SELECT
        days_alike.counter_id,
        days_alike.day,
        hours.hour,
        sum(hours.passages) / sum(hours.measured_hours) AS passages_per_hour,
        median(hours.measured_hours) AS slot_hours,
        count(*) AS n_days
    FROM days_alike
    INNER JOIN hours ON days_alike.counter_id = hours.counter_id AND days_alike.day_alike = hours.day
    GROUP BY days_alike.counter_id, days_alike.day, hours.hour
)

SELECT counter_id, day, hour, passages_per_hour, slot_hours, n_days
FROM int_usual_hour

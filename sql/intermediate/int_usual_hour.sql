-- model:  intermediate.int_usual_hour
-- title:  Les passages habituels de chaque compteur par jour de semaine et heure, pour compléter les jours comptés en partie | The usual passages of each counter by weekday and hour, to complete the days counted in part
-- grain:  counter_id, period_no, weekday, hour
-- column: counter_id | Compteur | Counter
-- column: period_no | Rang de la période de sensibilité | Rank of the sensitivity period
-- column: weekday | Jour de la semaine, 1 = lundi | Day of the week, 1 = Monday
-- column: hour | Heure locale du début | Local hour of the start | h
-- column: passages_per_hour | Passages par heure comptée | Passages an hour counted | passages/h
-- column: slot_hours | Durée d'un jour complet qui commence à cette heure : 1, 24 pour un comptage par jour | Part of a full day that begins at that hour: 1, 24 for a daily count | h
-- column: n_days | Jours où cette heure est comptée | Days on which that hour is counted | jours
-- check:  passages_per_hour >= 0
WITH hours AS (SELECT * FROM staging.stg_footfall_hour WHERE passages IS NOT NULL),

counters AS (SELECT * FROM staging.stg_counters),

days AS (SELECT * FROM reference.ref_day),

int_usual_hour AS (
    SELECT
        hours.counter_id,
        counters.period_no,
        days.weekday,
        hours.hour,
        sum(hours.passages) / sum(hours.measured_hours) AS passages_per_hour,
        median(hours.measured_hours) AS slot_hours,
        count(*) AS n_days
    FROM hours
    INNER JOIN days ON hours.day = days.day
    INNER JOIN counters
        ON hours.counter_id = counters.counter_id AND hours.day BETWEEN counters.in_force_from AND counters.in_force_to
    GROUP BY hours.counter_id, counters.period_no, days.weekday, hours.hour
)

SELECT counter_id, period_no, weekday, hour, passages_per_hour, slot_hours, n_days
FROM int_usual_hour

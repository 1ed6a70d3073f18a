-- model:  intermediate.int_counter_week
-- title:  Chaque compteur en service, semaine par semaine | Each counter in service, week by week
-- grain:  counter_id, iso_week
-- column: counter_id | Compteur | Counter
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: is_in_centre | Dans le centre, à la fin de la semaine | In the centre, at the end of the week
-- column: gateway_neighbourhood_id | Quartier dont il observe le chemin, à la fin de la semaine | Neighbourhood whose way it watches, at the end of the week
-- column: sensitivity_period | Rang de la période de sensibilité, à la fin de la semaine | Rank of the sensitivity period, at the end of the week
-- column: expected_hours | Heures attendues | Hours expected | h
-- column: measured_hours | Heures comptées | Hours counted | h
-- column: calibrated_hours | Heures comptées par un compteur étalonné | Hours counted by a calibrated counter | h
-- column: passages | Passages comptés ; vide = rien n'est compté | Passages counted; empty = nothing was counted | passages
-- column: passages_calibrated | Passages corrigés par l'étalonnage ; vide sans étalonnage | Passages corrected by calibration; empty without one | passages
-- column: weekend_passages | Passages du samedi et du dimanche | Passages of Saturday and Sunday | passages
-- column: has_break | Une rupture de sensibilité est dans la semaine | A break of sensitivity lies within the week
-- column: is_valid | Comparable : au moins 90 % des heures de la semaine et 90 % de celles d'ouverture sont comptées, sans rupture | Comparable: 90 % of the hours of the week or more, and of the opening hours, are counted, without a break
-- check:  measured_hours <= expected_hours + 0.001
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day WHERE is_in_service),

weeks AS (SELECT * FROM reference.ref_week),

town AS (SELECT * FROM reference.ref_town),

calibrations AS (SELECT * FROM analytics.calibration),

sums AS (
    SELECT
        counter_days.counter_id,
        counter_days.iso_week,
        arg_max(counter_days.is_in_centre, counter_days.day) AS is_in_centre,
        -- arg_max passes over NULL, and a counter that no longer watches a gateway has NULL: hence the one-element list.
        arg_max([counter_days.gateway_neighbourhood_id], counter_days.day)[1] AS gateway_neighbourhood_id,
        max(counter_days.period_no) AS sensitivity_period,
        min(counter_days.period_no) <> max(counter_days.period_no) AS has_break,
        sum(counter_days.expected_hours) AS expected_hours,
        sum(counter_days.measured_hours) AS measured_hours,
        sum(counter_days.opening_measured_hours) AS opening_measured_hours,
        coalesce(sum(counter_days.measured_hours) FILTER (WHERE calibrations.calibration_factor IS NOT NULL), 0)
            AS calibrated_hours,
        sum(counter_days.passages) AS passages,
        sum(counter_days.passages * calibrations.calibration_factor) AS passages_calibrated,
        sum(counter_days.passages) FILTER (WHERE counter_days.weekday >= 6) AS weekend_passages
    FROM counter_days
    LEFT JOIN calibrations
        ON counter_days.counter_id = calibrations.counter_id AND counter_days.period_no = calibrations.sensitivity_period
    GROUP BY counter_days.counter_id, counter_days.iso_week
),

int_counter_week AS (
    SELECT
        sums.* EXCLUDE (passages_calibrated),
        weeks.week_start,
        -- The part of a week before or after a calibrated period is not the whole week.
        CASE WHEN sums.calibrated_hours >= sums.measured_hours THEN sums.passages_calibrated END AS passages_calibrated,
        NOT sums.has_break
        AND sums.passages IS NOT NULL
        AND sums.measured_hours >= 0.9 * weeks.hours_expected
        AND sums.opening_measured_hours >= 0.9 * 7 * (town.opening_to - town.opening_from) AS is_valid
    FROM sums
    INNER JOIN weeks ON sums.iso_week = weeks.iso_week
    CROSS JOIN town
)

SELECT
    counter_id, iso_week, week_start, is_in_centre, gateway_neighbourhood_id, sensitivity_period, expected_hours,
    measured_hours, calibrated_hours, passages, passages_calibrated, weekend_passages, has_break, is_valid
FROM int_counter_week

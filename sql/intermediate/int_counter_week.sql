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
-- column: imputed_hours | Heures estimées, en plus des comptées | Hours estimated, besides those counted | h
-- column: passages_completed | Passages comptés, les jours incomplets complétés là où c'est possible, à l'échelle du compteur | Passages counted, incomplete days completed where possible, on the counter's scale | passages
-- column: weekend_passages_completed | Les mêmes du samedi et du dimanche | The same of Saturday and Sunday | passages
-- column: passages_repaired | Les mêmes de la semaine, corrigés là où un étalonnage vaut | The same of the week, corrected where a calibration holds | passages
-- column: passages_repaired_low | Borne basse : somme de celles des jours | Lower limit: sum of those of the days | passages
-- column: passages_repaired_high | Borne haute : somme de celles des jours | Upper limit: sum of those of the days | passages
-- column: has_break | Une rupture de sensibilité est dans la semaine | A break of sensitivity lies within the week
-- column: is_partial | En service une partie de la semaine seulement | In service for part of the week only
-- column: begins_anew | Une rupture de sensibilité est dans la semaine, ou juste avant son lundi | A break of sensitivity lies within the week, or just before its Monday
-- column: is_valid | Comparable : au moins 90 % des heures de la semaine et 90 % de celles d'ouverture sont comptées, sans rupture | Comparable: 90 % of the hours of the week or more, and of the opening hours, are counted, without a break
-- check:  measured_hours + imputed_hours <= expected_hours + 0.001
-- check:  passages_completed >= passages
-- check:  passages_repaired BETWEEN passages_repaired_low AND passages_repaired_high
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day WHERE is_in_service),

weeks AS (SELECT * FROM reference.ref_week),

town AS (SELECT * FROM reference.ref_town),

calibrations AS (SELECT * FROM analytics.calibration),

repairs AS (SELECT * FROM analytics.counter_day_repair),

completed_days AS (
    SELECT
        counter_days.*,
        calibrations.calibration_factor,
        coalesce(repairs.imputed_hours, 0) AS imputed_hours,
        coalesce(repairs.completed, counter_days.passages) AS completed,
        coalesce(repairs.low, counter_days.passages) AS low,
        coalesce(repairs.high, counter_days.passages) AS high
    FROM counter_days
    LEFT JOIN calibrations
        ON counter_days.counter_id = calibrations.counter_id AND counter_days.period_no = calibrations.sensitivity_period
    LEFT JOIN repairs ON counter_days.counter_id = repairs.counter_id AND counter_days.day = repairs.day
),

sums AS (
    SELECT
        counter_id,
        iso_week,
        arg_max(is_in_centre, day) AS is_in_centre,
        -- arg_max passes over NULL, and a counter that no longer watches a gateway has NULL: hence the empty text.
        nullif(arg_max(coalesce(gateway_neighbourhood_id, ''), day), '') AS gateway_neighbourhood_id,
        max(period_no) AS sensitivity_period,
        min(period_no) <> max(period_no) AS has_break,
        sum(expected_hours) AS expected_hours,
        sum(measured_hours) AS measured_hours,
        sum(opening_measured_hours) AS opening_measured_hours,
        coalesce(sum(measured_hours) FILTER (WHERE calibration_factor IS NOT NULL), 0) AS calibrated_hours,
        sum(imputed_hours) AS imputed_hours,
        sum(passages) AS passages,
        sum(passages * calibration_factor) AS passages_calibrated,
        sum(completed) AS passages_completed,
        sum(completed) FILTER (WHERE weekday >= 6) AS weekend_passages_completed,
        sum(completed * coalesce(calibration_factor, 1)) AS passages_repaired,
        sum(low * coalesce(calibration_factor, 1)) AS passages_repaired_low,
        sum(high * coalesce(calibration_factor, 1)) AS passages_repaired_high
    FROM completed_days
    GROUP BY counter_id, iso_week
),

int_counter_week AS (
    SELECT
        sums.* EXCLUDE (passages_calibrated),
        weeks.week_start,
        -- The part of a week before or after a calibrated period is not the whole week.
        CASE WHEN sums.calibrated_hours >= sums.measured_hours THEN sums.passages_calibrated END AS passages_calibrated,
        sums.expected_hours < weeks.hours_expected - 0.001 AS is_partial,
        -- A break on a Monday lies between two weeks: neither holds it.
        sums.has_break
        OR coalesce(
            sums.sensitivity_period
            <> lag(sums.sensitivity_period) OVER (PARTITION BY sums.counter_id ORDER BY weeks.week_start),
            FALSE
        ) AS begins_anew,
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
    measured_hours, calibrated_hours, passages, passages_calibrated, imputed_hours, passages_completed,
    weekend_passages_completed, passages_repaired, passages_repaired_low, passages_repaired_high, has_break,
    is_partial, begins_anew, is_valid
FROM int_counter_week

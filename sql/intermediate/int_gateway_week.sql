-- model:  intermediate.int_gateway_week
-- title:  Les passages à la porte de chaque quartier, semaine par semaine | The passages at the gateway of each neighbourhood, week by week
-- grain:  neighbourhood_id, iso_week
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: n_counters | Compteurs à la porte du quartier | Counters at the gateway | compteurs
-- column: passages | Passages, étalonnés là où un étalonnage vaut, heures manquantes complétées ; vide si un compteur de la porte n'est pas comparable cette semaine | Passages, corrected where a calibration holds, missing hours completed; empty if a counter of the gateway is not comparable that week | passages
-- column: sensitivity_period | Compteurs et rangs de leurs périodes de sensibilité | Counters and ranks of their sensitivity periods
-- column: calibration_variance | Variance du logarithme de ces passages due à l'étalonnage ; 0 = sans étalonnage | Variance of the logarithm of these passages due to calibration; 0 = no calibration
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: measured_share | Part, des heures comptées ou estimées, comptée sans étalonnage | Share of the hours counted or estimated that was counted without a calibration
-- column: calibrated_share | Part comptée par un compteur étalonné | Share counted by calibrated counters
-- column: imputed_share | Part estimée | Share estimated
-- check:  coverage_share BETWEEN 0 AND 1
WITH counter_weeks AS (SELECT * FROM intermediate.int_counter_week WHERE gateway_neighbourhood_id IS NOT NULL),

calibrations AS (SELECT * FROM analytics.calibration WHERE calibration_factor IS NOT NULL),

-- The limits of a factor are those of 95 % of a normal law of its logarithm.
unsure AS (
    SELECT
        counter_weeks.*,
        coalesce(ln(calibrations.factor_high / calibrations.factor_low) / (2 * 1.959963984540054), 0) AS calibration_sd
    FROM counter_weeks
    LEFT JOIN calibrations
        ON counter_weeks.counter_id = calibrations.counter_id
        AND counter_weeks.sensitivity_period = calibrations.sensitivity_period
),

int_gateway_week AS (
    SELECT
        gateway_neighbourhood_id AS neighbourhood_id,
        iso_week,
        min(week_start) AS week_start,
        count(*) AS n_counters,
        -- Gateways are compared with each other: on the hand-counted scale where it is known, before a break as after it.
        CASE WHEN bool_and(is_valid) THEN sum(passages_repaired) END AS passages,
        string_agg(counter_id || ' ' || sensitivity_period, ', ' ORDER BY counter_id) AS sensitivity_period,
        sum((passages_repaired * calibration_sd) ** 2) / nullif(sum(passages_repaired), 0) ** 2 AS calibration_variance,
        sum(measured_hours) / nullif(sum(expected_hours), 0) AS coverage_share,
        sum(measured_hours - calibrated_hours) / nullif(sum(measured_hours + imputed_hours), 0) AS measured_share,
        sum(calibrated_hours) / nullif(sum(measured_hours + imputed_hours), 0) AS calibrated_share,
        sum(imputed_hours) / nullif(sum(measured_hours + imputed_hours), 0) AS imputed_share
    FROM unsure
    GROUP BY gateway_neighbourhood_id, iso_week
)

SELECT
    neighbourhood_id, iso_week, week_start, n_counters, passages, sensitivity_period, calibration_variance, coverage_share,
    measured_share, calibrated_share, imputed_share
FROM int_gateway_week

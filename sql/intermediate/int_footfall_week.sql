-- model:  intermediate.int_footfall_week
-- title:  Les compteurs du centre réunis, semaine par semaine | The centre's counters together, week by week
-- grain:  iso_week
-- column: iso_week | Semaine ISO | ISO week
-- column: n_counters | Compteurs du centre en service | Counters of the centre in service | compteurs
-- column: n_counters_valid | Compteurs comparables : au moins 90 % des heures de la semaine et de celles d'ouverture, sans rupture | Comparable counters: 90 % or more of the week's hours and of the opening hours, without a break | compteurs
-- column: expected_hours | Heures attendues | Hours expected | h
-- column: measured_hours | Heures comptées | Hours counted | h
-- column: passages | Passages comptés ; vide = rien n'est compté | Passages counted; empty = nothing was counted | passages
-- column: passages_calibrated | Passages, corrigés là où un étalonnage vaut ; vide sans aucun étalonnage | Passages, corrected where a calibration holds; empty without any | passages
-- column: weekend_share | Part du samedi et du dimanche, aux compteurs comparables | Share of Saturday and Sunday, at comparable counters
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: measured_share | Part des heures comptées par un compteur sans étalonnage | Share of the counted hours from counters without a calibration
-- column: calibrated_share | Part des heures comptées par un compteur étalonné | Share of the counted hours from calibrated counters
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  calibrated_share BETWEEN 0 AND 1
-- check:  weekend_share BETWEEN 0 AND 1
WITH counter_weeks AS (SELECT * FROM intermediate.int_counter_week WHERE is_in_centre),

weeks AS (SELECT * FROM reference.ref_week),

int_footfall_week AS (
    SELECT
        weeks.iso_week,
        count(counter_weeks.counter_id) AS n_counters,
        count(*) FILTER (WHERE counter_weeks.is_valid) AS n_counters_valid,
        coalesce(sum(counter_weeks.expected_hours), 0) AS expected_hours,
        coalesce(sum(counter_weeks.measured_hours), 0) AS measured_hours,
        sum(counter_weeks.passages) AS passages,
        CASE
            WHEN count(counter_weeks.passages_calibrated) > 0
                THEN sum(coalesce(counter_weeks.passages_calibrated, counter_weeks.passages))
        END AS passages_calibrated,
        coalesce(sum(counter_weeks.weekend_passages) FILTER (WHERE counter_weeks.is_valid), 0)
        / nullif(sum(counter_weeks.passages) FILTER (WHERE counter_weeks.is_valid), 0) AS weekend_share,
        sum(counter_weeks.measured_hours) / nullif(sum(counter_weeks.expected_hours), 0) AS coverage_share,
        1 - sum(counter_weeks.calibrated_hours) / nullif(sum(counter_weeks.measured_hours), 0) AS measured_share,
        sum(counter_weeks.calibrated_hours) / nullif(sum(counter_weeks.measured_hours), 0) AS calibrated_share
    FROM weeks
    LEFT JOIN counter_weeks ON weeks.iso_week = counter_weeks.iso_week
    GROUP BY weeks.iso_week
)

SELECT
    iso_week, n_counters, n_counters_valid, expected_hours, measured_hours, passages, passages_calibrated, weekend_share,
    coverage_share, measured_share, calibrated_share
FROM int_footfall_week

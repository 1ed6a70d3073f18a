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
-- column: passages_repaired | Passages étalonnés là où un étalonnage vaut, jours incomplets complétés là où c'est possible | Passages corrected where a calibration holds, incomplete days completed where possible | passages
-- column: passages_repaired_low | Borne basse à 95 % de ce qui est estimé | Lower limit at 95 % of what is estimated | passages
-- column: passages_repaired_high | Borne haute à 95 % de ce qui est estimé | Upper limit at 95 % of what is estimated | passages
-- column: weekend_share | Part du samedi et du dimanche, aux compteurs comparables, jours complétés | Share of Saturday and Sunday, at comparable counters, days completed
-- column: is_partial_week | Un compteur du centre au moins n'était en service qu'une partie de la semaine : première semaine, pose, dépose ; vide sans compteur | At least one counter of the centre was in service for part of the week only: first week, put up, taken down; empty without a counter
-- column: has_sensitivity_break | Une rupture de sensibilité d'un compteur du centre commence cette semaine : ses passages ne se comparent pas à ceux d'avant ; vide sans compteur | A break of sensitivity of a counter of the centre begins that week: its passages do not compare with those before; empty without a counter
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: repaired_coverage_share | Heures comptées ou estimées / heures attendues | Hours counted or estimated / hours expected
-- column: measured_share | Part, des heures comptées ou estimées, comptée sans étalonnage | Share of the hours counted or estimated that was counted without a calibration
-- column: calibrated_share | Part comptée par un compteur étalonné | Share counted by calibrated counters
-- column: imputed_share | Part estimée | Share estimated
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  repaired_coverage_share BETWEEN 0 AND 1
-- check:  abs(measured_share + calibrated_share + imputed_share - 1) < 1e-9
-- check:  passages_repaired BETWEEN passages_repaired_low AND passages_repaired_high
-- check:  weekend_share BETWEEN 0 AND 1
WITH counter_weeks AS (SELECT * FROM intermediate.int_counter_week WHERE is_in_centre),

weeks AS (SELECT * FROM reference.ref_week),

sums AS (
    SELECT
        weeks.iso_week,
        count(counter_weeks.counter_id) AS n_counters,
        count(*) FILTER (WHERE counter_weeks.is_valid) AS n_counters_valid,
        bool_or(counter_weeks.is_partial) AS is_partial_week,
        bool_or(counter_weeks.begins_anew) AS has_sensitivity_break,
        coalesce(sum(counter_weeks.expected_hours), 0) AS expected_hours,
        coalesce(sum(counter_weeks.measured_hours), 0) AS measured_hours,
        sum(counter_weeks.passages) AS passages,
        CASE
            WHEN count(counter_weeks.passages_calibrated) > 0
                THEN sum(coalesce(counter_weeks.passages_calibrated, counter_weeks.passages))
        END AS passages_calibrated,
        sum(counter_weeks.passages_repaired) AS passages_repaired,
        sum(counter_weeks.passages_repaired_low) AS passages_repaired_low,
        sum(counter_weeks.passages_repaired_high) AS passages_repaired_high,
        coalesce(sum(counter_weeks.weekend_passages_completed) FILTER (WHERE counter_weeks.is_valid), 0)
        / nullif(sum(counter_weeks.passages_completed) FILTER (WHERE counter_weeks.is_valid), 0) AS weekend_share,
        sum(counter_weeks.calibrated_hours) AS calibrated_hours,
        sum(counter_weeks.imputed_hours) AS imputed_hours
    FROM weeks
    LEFT JOIN counter_weeks ON weeks.iso_week = counter_weeks.iso_week
    GROUP BY weeks.iso_week
),

int_footfall_week AS (
    SELECT
        *,
        measured_hours / nullif(expected_hours, 0) AS coverage_share,
        -- Hours that are fractions may add up to a trace more than all.
        CASE WHEN expected_hours > 0 THEN least(1, (measured_hours + imputed_hours) / expected_hours) END
            AS repaired_coverage_share,
        (measured_hours - calibrated_hours) / nullif(measured_hours + imputed_hours, 0) AS measured_share,
        calibrated_hours / nullif(measured_hours + imputed_hours, 0) AS calibrated_share,
        imputed_hours / nullif(measured_hours + imputed_hours, 0) AS imputed_share
    FROM sums
)

SELECT
    iso_week, n_counters, n_counters_valid, expected_hours, measured_hours, passages, passages_calibrated, passages_repaired,
    passages_repaired_low, passages_repaired_high, weekend_share, is_partial_week, has_sensitivity_break, coverage_share,
    repaired_coverage_share, measured_share, calibrated_share, imputed_share
FROM int_footfall_week

-- model:  marts.mart_footfall_day
-- title:  Les passages de chaque compteur, jour par jour | The passages of each counter, day by day
-- grain:  counter_id, day
-- column: town | Ville | Town
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: weekday | Jour de la semaine, 1 = lundi | Day of the week, 1 = Monday
-- column: is_demo | Données simulées | Simulated data
-- column: is_in_service | Un état du compteur vaut ce jour-là ; sinon ses passages n'entrent dans aucun chiffre de la ville | A state of the counter is in force that day; if not, its passages enter no figure of the town
-- column: is_in_centre | Dans le centre | In the centre
-- column: gateway_neighbourhood_id | Quartier dont il observe le chemin vers le centre | Neighbourhood whose way to the centre it watches
-- column: sensitivity_period | Rang de la période de sensibilité : augmente à chaque rupture | Rank of the sensitivity period: rises at each break
-- column: passages_raw | Passages tels que comptés, hors pannes et blocages ; vide = rien n'est compté | Passages as counted, without outages and stuck hours; empty = nothing was counted | passages
-- column: calibration_factor | Facteur d'étalonnage de la période ; vide = aucun, ou retenu (hors de 0,8 à 1,4) | Calibration factor of the period; empty = none, or withheld (outside 0.8 to 1.4)
-- column: passages_calibrated | Passages corrigés par ce facteur ; vide sans facteur | Passages corrected by that factor; empty without one | passages
-- column: repair | Ce qui complète le jour : scaled (compté, mis à l'échelle de sa couverture), imputed (heures estimées) ; vide = complet, ou pas complété | What completes the day: scaled (counted, scaled by its coverage), imputed (hours estimated); empty = complete, or not completed
-- column: passages_repaired | Passages du jour entier : comptés, étalonnés là où un facteur vaut, complétés ; vide = incomplet et pas complété (trou de plus de 14 jours, jour férié, bord) | Passages of the whole day: counted, corrected where a factor holds, completed; empty = incomplete and not completed (gap of more than 14 days, public holiday, edge) | passages
-- column: passages_repaired_low | Borne basse à 95 % de ce qui est estimé, sans l'erreur d'étalonnage | Lower limit at 95 % of what is estimated, without the error of calibration | passages
-- column: passages_repaired_high | Borne haute | Upper limit | passages
-- column: expected_hours | Heures attendues : 23, 24 ou 25, moins celles d'avant la première ligne du compteur | Hours expected: 23, 24 or 25, less those before the counter's first row | h
-- column: counted_hours | Heures comptées | Hours counted | h
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: usual_share | Part d'un jour habituel que les heures comptées d'un jour incomplet représentent ; vide = inconnue | Share of a usual day that the counted hours of an incomplete day stand for; empty = unknown
-- column: measured_share | Part, des heures comptées ou estimées, comptée sans étalonnage ; avec les deux suivantes, somme 1 | Share of the hours counted or estimated that was counted without a calibration; with the next two, sums to 1
-- column: calibrated_share | Part comptée par un compteur étalonné | Share counted by a calibrated counter
-- column: imputed_share | Part estimée | Share estimated
-- column: is_event_day | Jour d'un événement qui concerne ce compteur | Day of an event that concerns this counter
-- column: is_public_holiday | Jour férié | Public holiday
-- column: is_school_holiday | Vacances scolaires | School holidays
-- column: rain_mm | Pluie | Rain | mm
-- check:  passages_raw >= 0
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  passages_repaired BETWEEN passages_repaired_low AND passages_repaired_high
-- check:  abs(measured_share + calibrated_share + imputed_share - 1) < 1e-9
-- check:  (passages_raw IS NULL) = (counted_hours = 0)
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day),

calibrations AS (SELECT * FROM analytics.calibration),

repairs AS (SELECT * FROM analytics.counter_day_repair),

partial_days AS (SELECT * FROM intermediate.int_partial_day),

days AS (SELECT * FROM reference.ref_day),

weather AS (SELECT * FROM staging.stg_weather),

town AS (SELECT * FROM reference.ref_town),

known AS (
    SELECT
        town.town,
        town.is_demo,
        counter_days.*,
        calibrations.calibration_factor,
        counter_days.passages * calibrations.calibration_factor AS passages_calibrated,
        counter_days.measured_hours / nullif(counter_days.expected_hours, 0) AS coverage_share,
        counter_days.measured_hours >= counter_days.expected_hours - 0.001 AS is_complete,
        coalesce(calibrations.calibration_factor, 1) AS factor,
        partial_days.usual_share,
        repairs.repair,
        repairs.completed,
        repairs.low,
        repairs.high,
        coalesce(repairs.imputed_hours, 0) AS imputed_hours,
        days.is_public_holiday,
        days.is_school_holiday,
        weather.rain_mm
    FROM counter_days
    CROSS JOIN town
    INNER JOIN days ON counter_days.day = days.day
    LEFT JOIN calibrations
        ON counter_days.counter_id = calibrations.counter_id AND counter_days.period_no = calibrations.sensitivity_period
    LEFT JOIN repairs ON counter_days.counter_id = repairs.counter_id AND counter_days.day = repairs.day
    LEFT JOIN partial_days
        ON counter_days.counter_id = partial_days.counter_id AND counter_days.day = partial_days.day
    LEFT JOIN weather ON counter_days.day = weather.day
),

mart_footfall_day AS (
    SELECT
        *,
        CASE WHEN is_complete THEN passages ELSE completed END * factor AS passages_repaired,
        CASE WHEN is_complete THEN passages ELSE low END * factor AS passages_repaired_low,
        CASE WHEN is_complete THEN passages ELSE high END * factor AS passages_repaired_high,
        measured_hours / nullif(measured_hours + imputed_hours, 0) AS counted_share,
        imputed_hours / nullif(measured_hours + imputed_hours, 0) AS imputed_share
    FROM known
)

SELECT
    town,
    counter_id,
    day,
    iso_week,
    weekday,
    is_demo,
    is_in_service,
    is_in_centre,
    gateway_neighbourhood_id,
    period_no AS sensitivity_period,
    passages AS passages_raw,
    calibration_factor,
    passages_calibrated,
    repair,
    passages_repaired,
    passages_repaired_low,
    passages_repaired_high,
    expected_hours,
    measured_hours AS counted_hours,
    coverage_share,
    usual_share,
    CASE WHEN calibration_factor IS NULL THEN counted_share ELSE counted_share * 0 END AS measured_share,
    CASE WHEN calibration_factor IS NULL THEN counted_share * 0 ELSE counted_share END AS calibrated_share,
    imputed_share,
    is_event_day,
    is_public_holiday,
    is_school_holiday,
    rain_mm
FROM mart_footfall_day

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
-- column: passages_raw | Passages tels que comptés, hors pannes ; vide = rien n'est compté | Passages as counted, without outages; empty = nothing was counted | passages
-- column: calibration_factor | Facteur d'étalonnage de la période ; vide = aucun, ou retenu (hors de 0,8 à 1,4) | Calibration factor of the period; empty = none, or withheld (outside 0.8 to 1.4)
-- column: passages_calibrated | Passages corrigés par ce facteur ; vide sans facteur | Passages corrected by that factor; empty without one | passages
-- column: expected_hours | Heures attendues : 23, 24 ou 25, moins celles d'avant la première ligne du compteur | Hours expected: 23, 24 or 25, less those before the counter's first row | h
-- column: counted_hours | Heures comptées | Hours counted | h
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: measured_share | Part des heures comptées sans étalonnage ; avec les deux suivantes, somme 1 | Share of the counted hours without a calibration; with the next two, sums to 1
-- column: calibrated_share | Part des heures comptées par un compteur étalonné | Share of the counted hours from a calibrated counter
-- column: imputed_share | Part estimée : 0, rien n'est estimé | Estimated share: 0, nothing is estimated
-- column: is_public_holiday | Jour férié | Public holiday
-- column: is_school_holiday | Vacances scolaires | School holidays
-- column: rain_mm | Pluie | Rain | mm
-- check:  passages_raw >= 0
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  (passages_raw IS NULL) = (counted_hours = 0)
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day),

calibrations AS (SELECT * FROM analytics.calibration),

days AS (SELECT * FROM reference.ref_day),

weather AS (SELECT * FROM staging.stg_weather),

town AS (SELECT * FROM reference.ref_town),

mart_footfall_day AS (
    SELECT
        town.town,
        town.is_demo,
        counter_days.*,
        calibrations.calibration_factor,
        counter_days.passages * calibrations.calibration_factor AS passages_calibrated,
        counter_days.measured_hours / nullif(counter_days.expected_hours, 0) AS coverage_share,
        CASE WHEN counter_days.passages IS NOT NULL THEN calibrations.calibration_factor IS NOT NULL END AS is_calibrated,
        days.is_public_holiday,
        days.is_school_holiday,
        weather.rain_mm
    FROM counter_days
    CROSS JOIN town
    INNER JOIN days ON counter_days.day = days.day
    LEFT JOIN calibrations
        ON counter_days.counter_id = calibrations.counter_id AND counter_days.period_no = calibrations.sensitivity_period
    LEFT JOIN weather ON counter_days.day = weather.day
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
    expected_hours,
    measured_hours AS counted_hours,
    coverage_share,
    (NOT is_calibrated)::DOUBLE AS measured_share,
    is_calibrated::DOUBLE AS calibrated_share,
    CASE WHEN is_calibrated IS NOT NULL THEN 0.0::DOUBLE END AS imputed_share,
    is_public_holiday,
    is_school_holiday,
    rain_mm
FROM mart_footfall_day

-- model:  intermediate.int_comparable_day
-- title:  Les passages de chaque compteur en service, jour par jour, comparables entre eux | The passages of each counter in service, day by day, comparable with each other
-- grain:  counter_id, day
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: period_no | Rang de la période de sensibilité : rien ne se compare d'une période à l'autre | Rank of the sensitivity period: nothing is compared across periods
-- column: is_in_centre | Dans le centre | In the centre
-- column: gateway_neighbourhood_id | Quartier dont il observe le chemin | Neighbourhood whose way it watches
-- column: expected_hours | Heures attendues | Hours expected | h
-- column: measured_hours | Heures comptées | Hours counted | h
-- column: calibrated_hours | Heures comptées par un compteur étalonné | Hours counted by a calibrated counter | h
-- column: passages | Passages, étalonnés dans toute la période si elle a un facteur ; vide si moins de 90 % du jour est compté | Passages, calibrated throughout the period if it has a factor; empty where less than 90 % of the day is counted | passages
-- column: is_public_holiday | Jour férié | Public holiday
-- check:  passages >= 0
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day WHERE is_in_service),

calibrations AS (SELECT * FROM analytics.calibration),

days AS (SELECT * FROM reference.ref_day),

int_comparable_day AS (
    SELECT
        counter_days.*,
        days.is_public_holiday,
        CASE WHEN calibrations.calibration_factor IS NOT NULL THEN counter_days.measured_hours ELSE 0 END AS calibrated_hours,
        CASE
            WHEN counter_days.measured_hours >= 0.9 * days.hours_expected
                THEN (counter_days.passages * coalesce(calibrations.calibration_factor, 1))::DOUBLE
        END AS comparable_passages
    FROM counter_days
    INNER JOIN days ON counter_days.day = days.day
    LEFT JOIN calibrations
        ON counter_days.counter_id = calibrations.counter_id AND counter_days.period_no = calibrations.sensitivity_period
)

SELECT
    counter_id, day, period_no, is_in_centre, gateway_neighbourhood_id, expected_hours, measured_hours, calibrated_hours,
    comparable_passages AS passages, is_public_holiday
FROM int_comparable_day

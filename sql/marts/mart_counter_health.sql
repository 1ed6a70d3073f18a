-- model:  marts.mart_counter_health
-- title:  La santé de chaque compteur, jour par jour | The health of each counter, day by day
-- grain:  counter_id, day
-- column: town | Ville | Town
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: is_demo | Données simulées | Simulated data
-- column: is_in_service | Un état du compteur vaut ce jour-là | A state of the counter is in force that day
-- column: sensitivity_period | Rang de la période de sensibilité | Rank of the sensitivity period
-- column: expected_hours | Heures attendues | Hours expected | h
-- column: counted_hours | Heures comptées | Hours counted | h
-- column: never_received_hours | Heures jamais reçues | Hours never received | h
-- column: outage_hours | Heures en panne : zéros impossibles | Hours of outage: impossible zeros | h
-- column: one_direction_hours | Heures où un seul des deux sens est compté | Hours with only one of two directions | h
-- column: not_counted_hours | Heures reçues vides : non comptées | Hours received empty: not counted | h
-- column: outlier_hours | Heures anormales, gardées dans les chiffres | Unusual hours, kept in the figures | h
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: usual_passages | Médiane des jours entièrement comptés du même genre | Median of the fully counted days of the same kind | passages
-- column: level_ratio | Passages du jour / cette médiane | Passages of the day / that median
-- column: is_anomalous_day | Sous 0,40 ou au-dessus de 2,5 fois la médiane, ou au moins 8 heures anormales ou en panne | Below 0.40 or above 2.5 times the median, or 8 unusual or outage hours or more
-- column: in_share | Part des entrants, si les deux sens sont comptés | Share of those going in, where both directions are counted
-- column: is_unbalanced | Part des entrants à plus de 10 points de la moitié : sous 40 % ou au-dessus de 60 % | Share of those going in more than 10 points off half: below 40 % or above 60 %
-- column: days_since_last_count | Jours depuis le dernier jour compté ; 0 = compté ce jour | Days since the last day with a count; 0 = counted that day | jours
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  abs(counted_hours + never_received_hours + outage_hours + one_direction_hours + not_counted_hours - expected_hours) < 0.001
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day),

levels AS (SELECT * FROM analytics.counter_day_level),

town AS (SELECT * FROM reference.ref_town),

mart_counter_health AS (
    SELECT
        town.town,
        town.is_demo,
        counter_days.*,
        levels.usual_passages,
        levels.level_ratio,
        levels.is_anomalous_day,
        levels.in_share,
        levels.is_unbalanced,
        max(CASE WHEN counter_days.measured_hours > 0 THEN counter_days.day END) OVER (
            PARTITION BY counter_days.counter_id ORDER BY counter_days.day
        ) AS last_counted_day
    FROM counter_days
    CROSS JOIN town
    LEFT JOIN levels ON counter_days.counter_id = levels.counter_id AND counter_days.day = levels.day
)

SELECT
    town,
    counter_id,
    day,
    iso_week,
    is_demo,
    is_in_service,
    period_no AS sensitivity_period,
    expected_hours,
    measured_hours AS counted_hours,
    expected_hours - received_hours AS never_received_hours,
    outage_hours,
    one_direction_hours,
    received_hours - measured_hours - outage_hours - one_direction_hours AS not_counted_hours,
    outlier_hours,
    measured_hours / nullif(expected_hours, 0) AS coverage_share,
    usual_passages,
    level_ratio,
    is_anomalous_day,
    in_share,
    is_unbalanced,
    day - last_counted_day AS days_since_last_count
FROM mart_counter_health

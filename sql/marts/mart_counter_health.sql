-- model:  marts.mart_counter_health
-- title:  La santé de chaque compteur, jour par jour | The health of each counter, day by day
-- grain:  counter_id, day
-- column: town | Ville | Town
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: is_demo | Données simulées | Simulated data
-- column: is_in_service | Un état du compteur vaut ce jour-là | A state of the counter is in force that day
-- column: is_in_centre | Compteur du centre, à la fin de la semaine ; vide si le compteur n'était pas en service de la semaine | Counter of the centre, at the end of the week; empty where the counter was not in service that week
-- column: is_partial_week | En service une partie de la semaine seulement : pose, dépose, première semaine | In service for part of the week only: put up, taken down, first week
-- column: has_sensitivity_break | Rupture cette semaine : capteur, place ou réglage changés | Break that week: sensor, place or setting changed
-- column: sensitivity_period | Rang de la période de sensibilité | Rank of the sensitivity period
-- column: expected_hours | Heures attendues | Hours expected | h
-- column: counted_hours | Heures comptées | Hours counted | h
-- column: never_received_hours | Heures jamais reçues | Hours never received | h
-- column: outage_hours | Heures en panne : zéros impossibles | Hours of outage: impossible zeros | h
-- column: stuck_hours | Heures bloquées : le même nombre répété plus longtemps que le hasard ne le permet | Stuck hours: one figure repeated for longer than chance allows | h
-- column: one_direction_hours | Heures où un seul des deux sens est compté | Hours with only one of two directions | h
-- column: not_counted_hours | Heures reçues vides : non comptées | Hours received empty: not counted | h
-- column: outlier_hours | Heures anormales, gardées dans les chiffres ; aucune un jour d'événement | Unusual hours, kept in the figures; none on an event day | h
-- column: is_event_day | Jour d'un événement qui concerne ce compteur | Day of an event that concerns this counter
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: usual_passages | Médiane des jours entièrement comptés du même genre | Median of the fully counted days of the same kind | passages
-- column: level_ratio | Passages du jour / cette médiane | Passages of the day / that median
-- column: is_anomalous_day | Sous 0,40 ou au-dessus de 2,5 fois la médiane (un jour d'événement, sous 0,40 seulement), ou au moins 8 heures anormales, bloquées ou en panne | Below 0.40 or above 2.5 times the median (on an event day, below 0.40 only), or 8 unusual, stuck or outage hours or more
-- column: in_share | Part des entrants, si les deux sens sont comptés | Share of those going in, where both directions are counted
-- column: week_in_share | Le même sur la semaine | The same over the week
-- column: is_unbalanced | Alerte : plus de 10 points d'écart avec 50/50 sur la semaine | Warning: more than 10 points off 50/50 over the week
-- column: week_norm_passages | Norme du compteur : moyenne des semaines comparables parmi les quatre d'avant, deux au moins ; semaines de vacances ou fériées à part | Norm of the counter: mean of the comparable weeks among the four before, two at least; weeks with holidays apart | passages
-- column: week_level_ratio | Semaine / norme ; vide si elle n'est pas comparable | Week / norm; empty where it is not comparable
-- column: is_week_explained | Un événement, des vacances, un jour férié ou quatre jours de pluie l'expliquent | An event, a public or school holiday, or four days of rain explain it
-- column: needs_review | À revoir : semaine à plus de 20 % de la norme, sans explication | To be reviewed: week more than 20 % off the norm, unexplained
-- column: imputation_mape | Erreur mesurée des jours estimés de ce compteur : écart absolu moyen sur des jours connus que l'on a cachés par trois | Measured error of this counter's estimated days: mean absolute difference on known days, hidden three at a time
-- column: imputation_coverage_share | Part de ces jours dont le comptage tombe dans l'intervalle à 95 % | Share of these days whose count lies in the 95 % interval
-- column: n_imputation_days | Jours cachés, puis comparés ; 0 = erreur inconnue | Days hidden, then compared; 0 = error unknown | jours
-- column: days_since_last_count | Jours depuis le dernier jour compté ; 0 = compté ce jour | Days since the last day with a count; 0 = counted that day | jours
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  imputation_coverage_share BETWEEN 0 AND 1
-- check:  abs(counted_hours + never_received_hours + outage_hours + stuck_hours + one_direction_hours + not_counted_hours - expected_hours) < 0.001
WITH counter_days AS (SELECT * FROM intermediate.int_counter_day),

counter_weeks AS (SELECT * FROM intermediate.int_counter_week),

levels AS (SELECT * FROM analytics.counter_day_level),

reviews AS (SELECT * FROM analytics.counter_week_review),

errors AS (SELECT * FROM analytics.counter_imputation_error),

town AS (SELECT * FROM reference.ref_town),

mart_counter_health AS (
    SELECT
        town.town,
        town.is_demo,
        counter_days.* EXCLUDE (is_in_centre),
        counter_weeks.is_in_centre,
        counter_weeks.is_partial AS is_partial_week,
        counter_weeks.begins_anew AS has_sensitivity_break,
        levels.usual_passages,
        levels.level_ratio,
        levels.is_anomalous_day,
        levels.in_share,
        reviews.* EXCLUDE (counter_id, iso_week),
        errors.mape AS imputation_mape,
        errors.coverage AS imputation_coverage_share,
        errors.n_days AS n_imputation_days,
        max(CASE WHEN counter_days.measured_hours > 0 THEN counter_days.day END) OVER (
            PARTITION BY counter_days.counter_id ORDER BY counter_days.day
        ) AS last_counted_day
    FROM counter_days
    CROSS JOIN town
    LEFT JOIN counter_weeks
        ON counter_days.counter_id = counter_weeks.counter_id AND counter_days.iso_week = counter_weeks.iso_week
    LEFT JOIN levels ON counter_days.counter_id = levels.counter_id AND counter_days.day = levels.day
    LEFT JOIN reviews ON counter_days.counter_id = reviews.counter_id AND counter_days.iso_week = reviews.iso_week
    LEFT JOIN errors
        ON counter_days.counter_id = errors.counter_id AND counter_days.period_no = errors.sensitivity_period
)

SELECT
    town,
    counter_id,
    day,
    iso_week,
    is_demo,
    is_in_service,
    is_in_centre,
    is_partial_week,
    has_sensitivity_break,
    period_no AS sensitivity_period,
    expected_hours,
    measured_hours AS counted_hours,
    expected_hours - received_hours AS never_received_hours,
    outage_hours,
    stuck_hours,
    one_direction_hours,
    received_hours - measured_hours - outage_hours - stuck_hours - one_direction_hours AS not_counted_hours,
    outlier_hours,
    is_event_day,
    measured_hours / nullif(expected_hours, 0) AS coverage_share,
    usual_passages,
    level_ratio,
    is_anomalous_day,
    in_share,
    week_in_share,
    is_unbalanced,
    week_norm_passages,
    week_level_ratio,
    is_week_explained,
    needs_review,
    imputation_mape,
    imputation_coverage_share,
    n_imputation_days,
    day - last_counted_day AS days_since_last_count
FROM mart_counter_health

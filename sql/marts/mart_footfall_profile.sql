-- model:  marts.mart_footfall_profile
-- title:  La semaine type de chaque compteur, sur ses 52 dernières semaines | The typical week of each counter, over its last 52 weeks
-- grain:  counter_id, weekday, hour
-- column: town | Ville | Town
-- column: counter_id | Compteur | Counter
-- column: weekday | Jour de la semaine, 1 = lundi | Day of the week, 1 = Monday
-- column: hour | Heure locale | Local hour | h
-- column: is_demo | Données simulées | Simulated data
-- column: first_day | Premier jour pris en compte : 52 semaines, sans franchir de rupture de sensibilité | First day taken: 52 weeks, never across a break of sensitivity
-- column: last_day | Dernier jour pris en compte | Last day taken
-- column: n_days_expected | Jours où cette heure existe et était attendue | Days on which that hour exists and was expected | jours
-- column: n_days_counted | Jours où elle a été comptée | Days on which it was counted | jours
-- column: mean_passages_per_hour | Moyenne des passages par heure comptée | Mean passages per hour counted | passages/h
-- column: median_passages_per_hour | Médiane | Median | passages/h
-- column: coverage_share | Couverture : jours comptés / jours attendus | Coverage: days counted / days expected
-- column: measured_share | Part mesurée : 1, le profil est fait des comptages bruts | Measured share: 1, the profile is made of raw counts
-- column: calibrated_share | Part étalonnée : 0 | Calibrated share: 0
-- column: imputed_share | Part estimée : 0 | Estimated share: 0
-- check:  hour BETWEEN 0 AND 23
-- check:  n_days_counted <= n_days_expected
WITH hours AS (SELECT * FROM staging.stg_footfall_hour),

counter_days AS (SELECT * FROM intermediate.int_counter_day WHERE is_in_service),

town AS (SELECT * FROM reference.ref_town),

latest AS (
    SELECT counter_id, max(period_no) AS period_no, max(day) AS last_day
    FROM counter_days
    GROUP BY counter_id
),

profile_days AS (
    SELECT counter_days.counter_id, counter_days.day, counter_days.weekday
    FROM counter_days
    INNER JOIN latest
        ON counter_days.counter_id = latest.counter_id
        AND counter_days.period_no = latest.period_no
        AND counter_days.day > latest.last_day - 364
),

-- The hour that the spring change leaves out does not exist, so it is not expected.
expected AS (
    SELECT profile_days.counter_id, profile_days.day, profile_days.weekday, of_day.hour
    FROM profile_days
    CROSS JOIN (SELECT unnest(range(24)) AS hour) AS of_day
    CROSS JOIN town
    WHERE hour(timezone(
        town.timezone, timezone(town.timezone, profile_days.day::TIMESTAMP + of_day.hour * INTERVAL 1 HOUR)
    )) = of_day.hour
),

-- Steps shorter than an hour add up; the doubled autumn hour is averaged, be it one row or two. Longer intervals say
-- nothing of a single hour.
counted AS (
    SELECT hours.counter_id, hours.day, hours.hour, hours.passages / hours.measured_hours AS passages_per_hour
    FROM hours
    INNER JOIN profile_days ON hours.counter_id = profile_days.counter_id AND hours.day = profile_days.day
    WHERE hours.passages IS NOT NULL AND hours.measured_hours <= 2
),

spans AS (
    SELECT counter_id, min(day) AS first_day, max(day) AS last_day
    FROM profile_days
    GROUP BY counter_id
),

hours_of_week AS (
    SELECT
        expected.counter_id,
        expected.weekday,
        expected.hour,
        count(*) AS n_days_expected,
        count(counted.passages_per_hour) AS n_days_counted,
        avg(counted.passages_per_hour) AS mean_passages_per_hour,
        median(counted.passages_per_hour) AS median_passages_per_hour
    FROM expected
    LEFT JOIN counted
        ON expected.counter_id = counted.counter_id AND expected.day = counted.day AND expected.hour = counted.hour
    GROUP BY expected.counter_id, expected.weekday, expected.hour
),

mart_footfall_profile AS (
    SELECT hours_of_week.*, spans.first_day, spans.last_day, town.town, town.is_demo
    FROM hours_of_week
    INNER JOIN spans ON hours_of_week.counter_id = spans.counter_id
    CROSS JOIN town
)

SELECT
    town,
    counter_id,
    weekday,
    hour,
    is_demo,
    first_day,
    last_day,
    n_days_expected,
    n_days_counted,
    mean_passages_per_hour,
    median_passages_per_hour,
    n_days_counted / n_days_expected AS coverage_share,
    CASE WHEN n_days_counted > 0 THEN 1.0::DOUBLE END AS measured_share,
    CASE WHEN n_days_counted > 0 THEN 0.0::DOUBLE END AS calibrated_share,
    CASE WHEN n_days_counted > 0 THEN 0.0::DOUBLE END AS imputed_share
FROM mart_footfall_profile

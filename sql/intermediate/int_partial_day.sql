-- model:  intermediate.int_partial_day
-- title:  Les jours comptés en partie, et ce que leurs heures comptées pèsent d'ordinaire dans la journée | The days counted in part, and what their counted hours usually weigh in the day
-- grain:  counter_id, day
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: usual_share | Part des passages d'un jour habituel qui tombe dans les heures comptées : la couverture, en passages | Share of a usual day's passages that falls in the hours counted: the coverage, in passages
-- check:  usual_share BETWEEN 0 AND 1
WITH counter_days AS (
    SELECT * FROM intermediate.int_counter_day
    WHERE is_in_service AND measured_hours > 0 AND measured_hours < expected_hours - 0.001
),

hours AS (SELECT * FROM staging.stg_footfall_hour),

usual AS (SELECT * FROM intermediate.int_usual_hour),

-- Nothing is said of a weekday of which an hour was never counted, or on fewer than 4 days.
known_weekdays AS (
    SELECT counter_id, period_no, weekday
    FROM usual
    GROUP BY counter_id, period_no, weekday
    HAVING min(n_days) >= 4 AND sum(slot_hours) >= 23.99
),

-- The day of a counter's first row begins with that row.
first_rows AS (
    SELECT counter_id, min(day) AS first_day, arg_min(hour, first_start_utc) AS first_hour
    FROM hours
    GROUP BY counter_id
),

int_partial_day AS (
    SELECT
        counter_days.counter_id,
        counter_days.day,
        sum(usual.passages_per_hour * least(coalesce(hours.measured_hours, 0), usual.slot_hours))
        / nullif(sum(usual.passages_per_hour * usual.slot_hours), 0) AS usual_share
    FROM counter_days
    INNER JOIN known_weekdays
        ON counter_days.counter_id = known_weekdays.counter_id
        AND counter_days.period_no = known_weekdays.period_no
        AND counter_days.weekday = known_weekdays.weekday
    INNER JOIN usual
        ON counter_days.counter_id = usual.counter_id
        AND counter_days.period_no = usual.period_no
        AND counter_days.weekday = usual.weekday
    INNER JOIN first_rows ON counter_days.counter_id = first_rows.counter_id
    LEFT JOIN hours
        ON counter_days.counter_id = hours.counter_id AND counter_days.day = hours.day AND usual.hour = hours.hour
    WHERE counter_days.day > first_rows.first_day OR usual.hour >= first_rows.first_hour
    GROUP BY counter_days.counter_id, counter_days.day
)

SELECT counter_id, day, usual_share
FROM int_partial_day

-- model:  intermediate.int_partial_day
-- title:  Les jours comptés en partie, et ce que leurs heures comptées pèsent d'ordinaire dans la journée | The days counted in part, and what their counted hours usually weigh in the day
-- grain:  counter_id, day
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: usual_share | Part des passages d'un jour habituel qui tombe dans les heures comptées : la couverture, en passages | Share of a usual day's passages that falls in the hours counted: the coverage, in passages
-- check:  usual_share BETWEEN 0 AND 1
WITH hours AS (SELECT * FROM staging.stg_footfall_hour),

usual AS (SELECT * FROM intermediate.int_usual_hour),

-- Nothing is said of a day of whose weekday an hour was never counted around it, or on fewer than 4 days.
known_days AS (
    SELECT counter_id, day
    FROM usual
    GROUP BY counter_id, day
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
        usual.counter_id,
        usual.day,
        sum(usual.passages_per_hour * least(coalesce(hours.measured_hours, 0), usual.slot_hours))
        / nullif(sum(usual.passages_per_hour * usual.slot_hours), 0) AS usual_share
    FROM usual
    INNER JOIN known_days ON usual.counter_id = known_days.counter_id AND usual.day = known_days.day
    INNER JOIN first_rows ON usual.counter_id = first_rows.counter_id
    LEFT JOIN hours ON usual.counter_id = hours.counter_id AND usual.day = hours.day AND usual.hour = hours.hour
    WHERE usual.day > first_rows.first_day OR usual.hour >= first_rows.first_hour
    GROUP BY usual.counter_id, usual.day
)

SELECT counter_id, day, usual_share
FROM int_partial_day

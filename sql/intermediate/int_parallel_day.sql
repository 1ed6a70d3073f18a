-- model:  intermediate.int_parallel_day
-- title:  Les jours où un compteur et celui qu'il remplace ont compté tous deux | The days on which a counter and the one that it replaces both counted
-- grain:  counter_id, day
-- column: counter_id | Compteur nouveau | New counter
-- column: day | Jour | Day
-- column: sensitivity_period | Rang de sa période de sensibilité | Rank of its sensitivity period
-- column: replaced_counter_id | Compteur remplacé | Counter replaced
-- column: replaced_sensitivity_period | Rang de sa période de sensibilité | Rank of its sensitivity period
-- column: new | Passages du nouveau, jour entier | Passages of the new one, whole day | passages
-- column: old | Passages de l'ancien, jour entier | Passages of the old one, whole day | passages
WITH counters AS (SELECT * FROM staging.stg_counters),

whole_days AS (
    SELECT * FROM intermediate.int_counter_day
    WHERE is_in_service AND measured_hours > 0 AND measured_hours >= expected_hours - 0.001
),

int_parallel_day AS (
    SELECT
        counters.counter_id,
        replacing.day,
        replacing.period_no AS sensitivity_period,
        counters.replaces_counter_id AS replaced_counter_id,
        replaced.period_no AS replaced_sensitivity_period,
        replacing.passages AS new,
        replaced.passages AS old
    FROM counters
    INNER JOIN whole_days AS replacing
        ON counters.counter_id = replacing.counter_id
        AND replacing.day BETWEEN counters.in_force_from AND counters.in_force_to
    INNER JOIN whole_days AS replaced
        ON counters.replaces_counter_id = replaced.counter_id AND replacing.day = replaced.day
)

SELECT counter_id, day, sensitivity_period, replaced_counter_id, replaced_sensitivity_period, new, old
FROM int_parallel_day

-- model:  intermediate.int_calibration_pair
-- title:  Comptages manuels et ce que le compteur disait au même moment | Manual counts and what the counter said at the same time
-- grain:  counter_id, start_utc
-- column: counter_id | Compteur | Counter
-- column: start_utc | Début, temps universel | Start, universal time
-- column: sensitivity_period | Rang de la période de sensibilité | Rank of the sensitivity period
-- column: manual | Passages comptés à la main | Passages counted by hand | passages
-- column: auto | Passages du compteur ; les comptages manuels dont il n'a pas compté tout l'intervalle n'entrent pas | Passages of the counter; manual counts of which it did not count the whole interval do not enter | passages
WITH manual_counts AS (SELECT * FROM staging.stg_manual_counts),

footfall AS (SELECT * FROM staging.stg_footfall),

counters AS (SELECT * FROM staging.stg_counters),

intervals AS (
    SELECT
        manual_counts.counter_id,
        manual_counts.start_utc,
        epoch(footfall.end_utc) - epoch(footfall.start_utc) AS seconds,
        coalesce(
            max(footfall.passages_valid) FILTER (WHERE footfall.direction = 'both'),
            max(footfall.passages_valid) FILTER (WHERE footfall.direction = 'in')
            + max(footfall.passages_valid) FILTER (WHERE footfall.direction = 'out')
        ) AS passages
    FROM manual_counts
    INNER JOIN footfall
        ON manual_counts.counter_id = footfall.counter_id
        AND footfall.start_utc >= manual_counts.start_utc
        AND footfall.end_utc <= manual_counts.end_utc
    GROUP BY manual_counts.counter_id, manual_counts.start_utc, footfall.start_utc, footfall.end_utc
),

covered AS (
    SELECT
        manual_counts.counter_id,
        manual_counts.start_utc,
        manual_counts.day,
        any_value(manual_counts.manual_passages) AS manual,
        sum(intervals.passages) AS auto
    FROM manual_counts
    INNER JOIN intervals
        ON manual_counts.counter_id = intervals.counter_id AND manual_counts.start_utc = intervals.start_utc
    WHERE intervals.passages IS NOT NULL
    GROUP BY manual_counts.counter_id, manual_counts.start_utc, manual_counts.day, manual_counts.end_utc
    HAVING abs(sum(intervals.seconds) - (epoch(manual_counts.end_utc) - epoch(manual_counts.start_utc))) < 1
),

int_calibration_pair AS (
    SELECT covered.*, counters.period_no AS sensitivity_period
    FROM covered
    INNER JOIN counters
        ON covered.counter_id = counters.counter_id
        AND covered.day BETWEEN counters.in_force_from AND counters.in_force_to
)

SELECT counter_id, start_utc, sensitivity_period, manual, auto
FROM int_calibration_pair

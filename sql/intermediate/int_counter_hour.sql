-- model:  intermediate.int_counter_hour
-- title:  Ce que chaque compteur dit de chaque heure locale, sens et pas réunis | What each counter says of each local hour, directions and steps together
-- grain:  counter_id, day, hour
-- column: counter_id | Compteur | Counter
-- column: day | Jour local du début | Local day of the start
-- column: hour | Heure locale du début ; un intervalle plus long est tout entier à la sienne, l'heure doublée d'automne est une | Local hour of the start; a longer interval stands whole at its own, the doubled autumn hour is one | h
-- column: first_start_utc | Début du premier intervalle, temps universel | Start of the first interval, universal time
-- column: received_hours | Heures reçues, comptées ou non | Hours received, counted or not | h
-- column: measured_hours | Heures comptées | Hours counted | h
-- column: opening_measured_hours | Heures comptées pendant l'ouverture des commerces | Hours counted while shops are open | h
-- column: outage_hours | Heures en panne | Hours of outage | h
-- column: stuck_hours | Heures bloquées | Stuck hours | h
-- column: outlier_hours | Heures anormales, gardées | Unusual hours, kept | h
-- column: one_direction_hours | Heures où un seul sens est compté : rien n'est dit du total | Hours with one direction only: nothing is said of the total | h
-- column: passages | Passages : le total, sinon entrants + sortants ; vide = non compté | Passages: both, else in + out; empty = not counted | passages
-- column: passages_in | Passages entrants, là où les deux sens sont comptés | Passages in, where both directions are counted | passages
-- column: passages_out | Passages sortants, là où les deux sens sont comptés | Passages out, where both directions are counted | passages
-- check:  received_hours > 0
-- check:  passages >= 0
WITH footfall AS (SELECT * FROM staging.stg_footfall WHERE interval_state IS NOT NULL),

town AS (SELECT * FROM reference.ref_town),

-- No two intervals of a counter overlap: what is told at several grains was set aside before (staging.stg_footfall_set_aside).
intervals AS (
    SELECT
        counter_id,
        start_utc,
        start_local::DATE AS day,
        hour(start_local) AS hour,
        epoch(end_utc) - epoch(start_utc) AS seconds,
        interval_state,
        interval_passages,
        interval_in,
        interval_out,
        interval_is_outlier
    FROM footfall
),

int_counter_hour AS (
    SELECT
        intervals.counter_id,
        intervals.day,
        intervals.hour,
        min(intervals.start_utc) AS first_start_utc,
        -- Seconds are added up, not fractions of an hour: whole numbers have one sum in whatever order.
        sum(seconds) / 3600 AS received_hours,
        coalesce(sum(seconds) FILTER (WHERE interval_state = 'counted'), 0) / 3600 AS measured_hours,
        -- An interval longer than the opening hours (a daily count) cannot say more of them than all.
        coalesce(sum(CASE
            WHEN seconds > 3600
                THEN greatest(0, least(intervals.hour * 3600 + seconds, town.opening_to * 3600) - greatest(intervals.hour, town.opening_from) * 3600)
            WHEN intervals.hour >= town.opening_from AND intervals.hour < town.opening_to THEN seconds
            ELSE 0
        END) FILTER (WHERE interval_state = 'counted'), 0) / 3600 AS opening_measured_hours,
        coalesce(sum(seconds) FILTER (WHERE interval_state = 'outage'), 0) / 3600 AS outage_hours,
        coalesce(sum(seconds) FILTER (WHERE interval_state = 'stuck'), 0) / 3600 AS stuck_hours,
        coalesce(sum(seconds) FILTER (WHERE interval_is_outlier AND interval_state = 'counted'), 0) / 3600 AS outlier_hours,
        coalesce(sum(seconds) FILTER (WHERE interval_state = 'one_direction'), 0) / 3600 AS one_direction_hours,
        sum(interval_passages) AS passages,
        sum(interval_in) AS passages_in,
        sum(interval_out) AS passages_out
    FROM intervals
    CROSS JOIN town
    GROUP BY intervals.counter_id, intervals.day, intervals.hour
)

SELECT
    counter_id, day, hour, first_start_utc, received_hours, measured_hours, opening_measured_hours, outage_hours, stuck_hours,
    outlier_hours, one_direction_hours, passages, passages_in, passages_out
FROM int_counter_hour

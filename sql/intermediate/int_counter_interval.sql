-- model:  intermediate.int_counter_interval
-- title:  Ce que chaque compteur dit de chaque intervalle, sens réunis | What each counter says of each interval, directions together
-- grain:  counter_id, start_utc
-- column: counter_id | Compteur | Counter
-- column: start_utc | Début, temps universel | Start, universal time
-- column: end_utc | Fin exclue, temps universel | End, exclusive, universal time
-- column: day | Jour local du début | Local day of the start
-- column: hour | Heure locale du début | Local hour of the start | h
-- column: duration_h | Durée ; l'heure doublée d'automne en une ligne dure 2 h | Duration; the doubled autumn hour in one row lasts 2 h | h
-- column: passages | Passages : le total, sinon entrants + sortants ; vide = non compté | Passages: both, else in + out; empty = not counted | passages
-- column: passages_in | Passages entrants | Passages in | passages
-- column: passages_out | Passages sortants | Passages out | passages
-- column: is_outage | En panne | Outage
-- column: is_stuck | Bloqué : le même nombre répété | Stuck: one figure repeated
-- column: is_outlier | Heure anormale, gardée | Unusual hour, kept
-- column: has_one_direction_only | Un seul des deux sens est compté : rien n'est dit du total | Only one of two directions is counted: nothing is said of the total
-- check:  duration_h > 0
-- check:  passages >= 0
WITH footfall AS (SELECT * FROM staging.stg_footfall),

-- No two intervals of a counter overlap: what is told at several grains was set aside before (staging.stg_footfall_set_aside).
directions AS (
    SELECT
        counter_id,
        start_utc,
        end_utc,
        min(start_local) AS start_local,
        max(passages_valid) FILTER (WHERE direction = 'both') AS passages_both,
        max(passages_valid) FILTER (WHERE direction = 'in') AS passages_in,
        max(passages_valid) FILTER (WHERE direction = 'out') AS passages_out,
        bool_or(is_outage) AS has_outage,
        bool_or(is_stuck) AS has_stuck,
        bool_or(is_outlier) AS has_outlier
    FROM footfall
    GROUP BY counter_id, start_utc, end_utc
),

int_counter_interval AS (
    SELECT
        counter_id,
        start_utc,
        end_utc,
        start_local::DATE AS day,
        hour(start_local) AS hour,
        (epoch(end_utc) - epoch(start_utc)) / 3600 AS duration_h,
        coalesce(passages_both, passages_in + passages_out) AS passages,
        passages_in,
        passages_out,
        coalesce(passages_both, passages_in + passages_out) IS NULL AND coalesce(has_outage, FALSE) AS is_outage,
        coalesce(passages_both, passages_in + passages_out) IS NULL AND coalesce(has_stuck AND NOT has_outage, FALSE) AS is_stuck,
        coalesce(has_outlier, FALSE) AS is_outlier,
        -- A direction that is missing because its sensor was dead or stuck is an outage or stuck.
        NOT coalesce(has_outage OR has_stuck, FALSE)
        AND passages_both IS NULL
        AND (passages_in IS NULL) <> (passages_out IS NULL) AS has_one_direction_only
    FROM directions
)

SELECT
    counter_id, start_utc, end_utc, day, hour, duration_h, passages, passages_in, passages_out, is_outage, is_stuck, is_outlier,
    has_one_direction_only
FROM int_counter_interval

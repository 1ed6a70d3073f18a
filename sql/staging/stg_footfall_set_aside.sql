-- model:  staging.stg_footfall_set_aside
-- title:  Comptages mis de côté : d'autres disent les mêmes heures | Counts set aside: others tell the same hours
-- grain:  counter_id, start_utc, end_utc, direction
-- column: counter_id | Compteur | Counter
-- column: start_utc | Début, temps universel | Start, universal time
-- column: end_utc | Fin exclue, temps universel | End, exclusive, universal time
-- column: direction | Sens | Direction
-- column: day | Jour local du début | Local day of the start
-- column: hours | Durée | Duration | h
-- column: passages_set_aside | Passages mis de côté ; vide = non compté | Passages set aside; empty = not counted | passages
-- column: passages_kept | Passages retenus à la place ; vide = non compté | Passages used instead; empty = not counted | passages
-- column: kept_hours | Heures retenues et comptées parmi les siennes | Hours used and counted among its own | h
-- column: difference | Mis de côté − retenus ; vide = ils ne disent pas exactement les mêmes heures | Set aside − used; empty = they do not tell exactly the same hours | passages
-- column: upload_id | Dépôt de la ligne mise de côté | Upload of the line set aside
-- column: line | Ligne mise de côté | Line set aside
-- column: kept_lines | Lignes retenues à la place, dépôt:première-dernière | Lines used instead, upload:first-last
-- check:  start_utc < end_utc
-- check:  kept_hours <= hours + 0.001
WITH set_aside AS (SELECT * FROM raw.footfall_set_aside),

stg_footfall_set_aside AS (
    SELECT
        counter_id,
        start_utc,
        end_utc,
        direction,
        "start"::DATE AS day,
        hours,
        count AS passages_set_aside,
        kept_count AS passages_kept,
        kept_hours,
        difference,
        upload_id,
        line,
        kept_lines
    FROM set_aside
)

SELECT
    counter_id, start_utc, end_utc, direction, day, hours, passages_set_aside, passages_kept, kept_hours, difference, upload_id,
    line, kept_lines
FROM stg_footfall_set_aside

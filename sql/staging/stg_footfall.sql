-- model:  staging.stg_footfall
-- title:  Comptages reçus, intervalle par intervalle et sens par sens | Counts received, by interval and direction
-- kept:   view
-- grain:  counter_id, start_utc, direction
-- column: counter_id | Compteur | Counter
-- column: start_local | Début, heure locale | Start, local time
-- column: start_utc | Début, temps universel | Start, universal time
-- column: end_utc | Fin exclue, temps universel | End, exclusive, universal time
-- column: direction | Sens ; vide dans le fichier = total | Direction; empty in the file = both
-- column: passages_received | Passages tels que reçus ; vide = non compté | Passages as received; empty = not counted | passages
-- column: passages_valid | Passages retenus ; vide = non compté, en panne ou bloqué | Passages that are used; empty = not counted, outage or stuck | passages
-- column: is_outage | En panne : zéros impossibles | Outage: impossible zeros
-- column: is_stuck | Bloqué : le même nombre répété plus longtemps que le hasard ne le permet | Stuck: one figure repeated for longer than chance allows
-- column: is_outlier | Heure anormale pour ce jour et cette heure, gardée | Unusual for this weekday and hour, kept
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  start_utc < end_utc
-- check:  passages_valid >= 0
-- check:  NOT ((is_outage OR is_stuck) AND passages_valid IS NOT NULL)
WITH footfall AS (SELECT * FROM raw.footfall),

stg_footfall AS (
    SELECT
        counter_id,
        "start" AS start_local,
        start_utc,
        end_utc,
        coalesce(direction, 'both') AS direction,
        count AS passages_received,
        count_valid AS passages_valid,
        is_outage,
        is_stuck,
        is_outlier,
        upload_id,
        line
    FROM footfall
)

SELECT
    counter_id, start_local, start_utc, end_utc, direction, passages_received, passages_valid, is_outage, is_stuck, is_outlier,
    upload_id, line
FROM stg_footfall

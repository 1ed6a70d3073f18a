-- model:  staging.stg_manual_counts
-- title:  Comptages faits à la main | Counts made by hand
-- grain:  counter_id, start_utc
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: start_utc | Début, temps universel | Start, universal time
-- column: end_utc | Fin exclue, temps universel | End, exclusive, universal time
-- column: manual_passages | Passages comptés à la main | Passages counted by hand | passages
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  start_utc < end_utc
WITH manual_counts AS (SELECT * FROM raw.manual_counts),

stg_manual_counts AS (
    SELECT counter_id, "start"::DATE AS day, start_utc, end_utc, count AS manual_passages, upload_id, line
    FROM manual_counts
)

SELECT counter_id, day, start_utc, end_utc, manual_passages, upload_id, line
FROM stg_manual_counts

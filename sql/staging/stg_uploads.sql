-- model:  staging.stg_uploads
-- title:  Les dépôts et ce qu'ils sont devenus | The uploads and what became of them
-- grain:  upload_id
-- column: upload_id | Dépôt | Upload
-- column: feed | Flux ; unknown = le fichier n'a pas été reconnu | Feed; unknown = the file was not recognised
-- column: received_day | Jour local de réception ; le jour de référence si le dépôt est arrivé plus tard | Local day of reception; the reference day if the upload came later
-- column: is_in_build | Entre dans les chiffres | Enters the figures
-- column: rows_read | Lignes lues | Lines read | lignes
-- column: rows_accepted | Lignes acceptées | Lines accepted | lignes
-- column: rows_rejected | Lignes refusées | Lines rejected | lignes
-- column: rows_blank | Lignes vides | Blank lines | lignes
-- column: rows_repeated_header | En-têtes répétés | Repeated headers | lignes
-- column: rows_repaired | Lignes réparées | Lines repaired | lignes
-- column: values_superseded | Valeurs remplacées depuis par un autre dépôt | Values superseded since by another upload | valeurs
WITH uploads AS (SELECT * FROM raw.uploads),

superseded AS (SELECT * FROM raw.superseded),

days AS (SELECT * FROM reference.ref_day),

town AS (SELECT * FROM reference.ref_town),

calendar AS (SELECT min(day) AS first_day FROM days),

stg_uploads AS (
    SELECT
        uploads.* REPLACE (coalesce(uploads.feed, 'unknown') AS feed),
        -- The clock of a demo or an archive stands still, and no day may fall out of the calendar.
        greatest(calendar.first_day, least(town.as_of, timezone(town.timezone, uploads.received_at)::DATE)) AS received_day,
        superseded.rows_superseded AS values_superseded
    FROM uploads
    CROSS JOIN town
    CROSS JOIN calendar
    LEFT JOIN superseded ON uploads.upload_id = superseded.upload_id
)

SELECT
    upload_id, feed, received_day, is_in_build, rows_read, rows_accepted, rows_rejected, rows_blank, rows_repeated_header,
    rows_repaired, values_superseded
FROM stg_uploads

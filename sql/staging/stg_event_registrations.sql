-- model:  staging.stg_event_registrations
-- title:  Ce qui était annoncé de chaque événement avant qu'il ne commence | What was told of each event before it began
-- grain:  event_id
-- column: event_id | Événement : identifiant, ou titre et début | Event: identifier, or title and start
-- column: registered_at | Reçu le (UTC) : dernier envoi d'avant le début qu'il annonce | Received at (UTC): the last upload before the start that it tells
-- column: registered_first_day | Premier jour annoncé | First day told
-- column: registered_last_day | Dernier jour annoncé | Last day told
-- column: registered_control_counters | Compteurs témoins annoncés | Control counters told
-- column: registered_threshold_share | Effet visé annoncé | Effect aimed at, as told
-- check:  registered_first_day <= registered_last_day
WITH registrations AS (SELECT * FROM raw.event_registrations),

stg_event_registrations AS (
    SELECT
        *,
        coalesce(event_id, title || ' · ' || strftime("start", '%Y-%m-%d %H:%M')) AS shown_event_id,
        "start"::DATE AS registered_first_day,
        greatest("start"::DATE, ("end" - INTERVAL 1 MICROSECOND)::DATE) AS registered_last_day,
        nullif(array_to_string(list_sort(list_distinct(regexp_extract_all(control_counters, '[^\s,;]+'))), ' '), '')
            AS registered_control_counters
    FROM registrations
)

SELECT
    shown_event_id AS event_id, received_at AS registered_at, registered_first_day, registered_last_day,
    registered_control_counters, threshold_share AS registered_threshold_share
FROM stg_event_registrations

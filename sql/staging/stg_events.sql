-- model:  staging.stg_events
-- title:  Les événements tenus ou prévus, sans les annulés | The events held or planned, without the cancelled ones
-- grain:  event_id
-- column: event_id | Événement : identifiant, ou titre et début | Event: identifier, or title and start
-- column: title | Titre | Title
-- column: start_local | Début, heure locale | Start, local time
-- column: end_local | Fin, heure locale | End, local time
-- column: first_day | Premier jour | First day
-- column: last_day | Dernier jour ; une fin à minuit ne compte pas le lendemain | Last day; an end at midnight does not count the day after
-- column: place | Lieu | Place
-- column: neighbourhood_id | Quartier, ou centre | Neighbourhood, or centre
-- column: kind | Type | Kind
-- column: organiser | Organisateur | Organiser
-- column: full_cost_eur | Coût complet ; vide = inconnu | Full cost; empty = unknown | €
-- column: declared_attendance | Fréquentation déclarée | Declared attendance | pers.
-- column: status | Statut ; vide dans le fichier = confirmé | Status; empty in the file = confirmed
-- column: control_counters | Compteurs témoins, triés, séparés par une espace ; vide = aucun déclaré | Control counters, sorted, separated by a space; empty = none declared
-- column: threshold_share | Effet visé, en part des passages | Effect aimed at, as a share of the passages
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  first_day <= last_day
-- check:  status <> 'cancelled'
WITH events AS (SELECT * FROM raw.events),

stg_events AS (
    SELECT
        *,
        coalesce(event_id, title || ' · ' || strftime("start", '%Y-%m-%d %H:%M')) AS shown_event_id,
        "start" AS start_local,
        "end" AS end_local,
        "start"::DATE AS first_day,
        greatest("start"::DATE, ("end" - INTERVAL 1 MICROSECOND)::DATE) AS last_day,
        coalesce(status, 'confirmed') AS shown_status,
        nullif(array_to_string(list_sort(list_distinct(regexp_extract_all(control_counters, '[^\s,;]+'))), ' '), '')
            AS sorted_control_counters
    FROM events
    WHERE coalesce(status, 'confirmed') <> 'cancelled'
)

SELECT
    shown_event_id AS event_id, title, start_local, end_local, first_day, last_day, place, neighbourhood_id, kind, organiser,
    full_cost_eur, declared_attendance, shown_status AS status, sorted_control_counters AS control_counters, threshold_share,
    upload_id, line
FROM stg_events

-- model:  intermediate.int_feed_horizon
-- title:  Jusqu'à quel jour ce qu'on sait des événements et des commerces tient lieu de tout | Until which day what is told of events and shops stands for all there is
-- grain:  feed
-- column: feed | Flux : events ou shops | Feed: events or shops
-- column: known_from | Événements : lundi de la semaine du premier déclaré, avant laquelle rien de déclaré veut dire « pas su » ; vide = jamais su, ou commerces | Events: Monday of the week of the first one reported, before which nothing reported means "not known"; empty = never known, or shops
-- column: last_received_day | Jour du dernier dépôt utilisé | Day of the last upload used
-- column: last_told_day | Événements : dernier jour annoncé | Events: last day told
-- column: known_until | Dernier jour connu. Une semaine qui finit plus tard ne l'est pas : rien de déclaré y veut dire « pas su », jamais zéro ; vide = jamais su | Last day known. A week that ends later is not: nothing told in it means "not known", never zero; empty = never known
WITH uploads AS (SELECT * FROM staging.stg_uploads WHERE is_in_build),

events AS (SELECT * FROM staging.stg_events),

event_days AS (SELECT * FROM intermediate.int_event_day),

received AS (SELECT feed, max(received_day) AS last_received_day FROM uploads GROUP BY feed),

-- A programme tells ahead: it holds until its last date, or until it came.
events_horizon AS (
    SELECT
        'events' AS feed,
        reported.known_from,
        received.last_received_day,
        told.last_told_day,
        greatest(received.last_received_day, told.last_told_day) AS known_until
    FROM (SELECT max(last_day) AS last_told_day FROM events) AS told
    CROSS JOIN (SELECT min(week_start) AS known_from FROM event_days) AS reported
    LEFT JOIN received ON received.feed = 'events'
),

-- A list of shops is sent when something changes: no news means no change, but not for longer than a quarter and a week.
shops_horizon AS (
    SELECT
        'shops' AS feed,
        NULL::DATE AS known_from,
        max(last_received_day) AS last_received_day,
        NULL::DATE AS last_told_day,
        max(last_received_day) + 98 AS known_until
    FROM received
    WHERE feed = 'shops'
),

int_feed_horizon AS (
    SELECT * FROM events_horizon
    UNION ALL
    SELECT * FROM shops_horizon
)

SELECT feed, known_from, last_received_day, last_told_day, known_until
FROM int_feed_horizon

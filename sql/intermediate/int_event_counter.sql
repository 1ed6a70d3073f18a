-- model:  intermediate.int_event_counter
-- title:  Les compteurs de chaque événement : ceux qui le voient, les autres, les témoins | The counters of each event: those that see it, the others, the controls
-- grain:  event_id, counter_id
-- column: event_id | Événement | Event
-- column: counter_id | Compteur | Counter
-- column: is_treated | Voit l'événement : compteur du centre, ou de la porte du quartier de l'événement | Sees the event: a counter of the centre, or of the gateway of the event's neighbourhood
-- column: is_touched_by_another | Un autre événement, qui n'est pas de chaque semaine, touche ce compteur un de ces jours | Another event, not one of every week, touches this counter on one of these days
-- column: is_control | Témoin : déclaré, ou à défaut tout compteur qui ne voit pas l'événement ; sans autre événement ces jours-là | Control: declared, or else every counter that does not see the event; without another event on these days
-- check:  NOT (is_control AND is_treated)
WITH events AS (SELECT * FROM staging.stg_events),

event_days AS (SELECT * FROM intermediate.int_event_day WHERE is_in_scope),

counter_days AS (SELECT * FROM intermediate.int_comparable_day),

watched AS (
    SELECT
        event_days.event_id,
        counter_days.counter_id,
        CASE
            WHEN coalesce(event_days.neighbourhood_id, 'centre') = 'centre' THEN counter_days.is_in_centre
            ELSE coalesce(event_days.neighbourhood_id = counter_days.gateway_neighbourhood_id, FALSE)
        END AS is_treated,
        event_days.day,
        event_days.is_habitual
    FROM event_days
    INNER JOIN counter_days ON event_days.day = counter_days.day
),

touched AS (SELECT * FROM watched WHERE is_treated AND NOT is_habitual),

others AS (
    SELECT DISTINCT watched.event_id, watched.counter_id
    FROM watched
    INNER JOIN touched
        ON watched.counter_id = touched.counter_id AND watched.day = touched.day AND watched.event_id <> touched.event_id
),

int_event_counter AS (
    SELECT
        watched.event_id,
        watched.counter_id,
        bool_and(watched.is_treated) AS is_treated,
        bool_or(others.event_id IS NOT NULL) AS is_touched_by_another,
        bool_and(
            NOT watched.is_treated
            AND others.event_id IS NULL
            AND (
                events.control_counters IS NULL
                OR list_contains(string_split(events.control_counters, ' '), watched.counter_id)
            )
        ) AS is_control
    FROM watched
    INNER JOIN events ON watched.event_id = events.event_id
    LEFT JOIN others ON watched.event_id = others.event_id AND watched.counter_id = others.counter_id
    GROUP BY watched.event_id, watched.counter_id
)

SELECT event_id, counter_id, is_treated, is_touched_by_another, is_control
FROM int_event_counter

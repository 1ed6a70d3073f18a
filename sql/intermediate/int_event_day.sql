-- model:  intermediate.int_event_day
-- title:  Les jours de chaque événement | The days of each event
-- grain:  event_id, day
-- column: event_id | Événement | Event
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: title | Titre | Title
-- column: neighbourhood_id | Quartier, ou centre | Neighbourhood, or centre
-- column: is_habitual | Un événement du même titre se tient au moins 6 des 12 semaines d'avant, ou d'après, ce jour de semaine : c'est un jour ordinaire | An event of that title is held on this weekday in 6 of the 12 weeks before, or after, or more: the day is an ordinary one
-- column: is_in_scope | Jour d'une semaine publiée | Day of a published week
WITH events AS (SELECT * FROM staging.stg_events),

days AS (SELECT * FROM reference.ref_day),

event_days AS (
    SELECT events.event_id, days.day, days.iso_week, days.week_start, events.title, events.neighbourhood_id, days.is_in_scope
    FROM events
    INNER JOIN days ON days.day BETWEEN events.first_day AND events.last_day
),

held AS (SELECT DISTINCT title, day FROM event_days),

habits AS (
    SELECT held.title, held.day
    FROM held
    INNER JOIN held AS others
        ON held.title = others.title
        AND others.day BETWEEN held.day - 84 AND held.day + 84
        AND (others.day - held.day) % 7 = 0
    GROUP BY held.title, held.day
    HAVING count(*) FILTER (WHERE others.day < held.day) >= 6 OR count(*) FILTER (WHERE others.day > held.day) >= 6
),

int_event_day AS (
    SELECT event_days.*, habits.day IS NOT NULL AS is_habitual
    FROM event_days
    LEFT JOIN habits ON event_days.title = habits.title AND event_days.day = habits.day
)

SELECT event_id, day, iso_week, week_start, title, neighbourhood_id, is_habitual, is_in_scope
FROM int_event_day

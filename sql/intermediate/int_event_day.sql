-- model:  intermediate.int_event_day
-- title:  Les jours de chaque événement | The days of each event
-- grain:  event_id, day
-- column: event_id | Événement | Event
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: title | Titre | Title
-- column: neighbourhood_id | Quartier, ou centre | Neighbourhood, or centre
-- column: is_in_scope | Jour d'une semaine publiée | Day of a published week
WITH events AS (SELECT * FROM staging.stg_events),

days AS (SELECT * FROM reference.ref_day),

int_event_day AS (
    SELECT events.event_id, days.day, days.iso_week, days.week_start, events.title, events.neighbourhood_id, days.is_in_scope
    FROM events
    INNER JOIN days ON days.day BETWEEN events.first_day AND events.last_day
)

SELECT event_id, day, iso_week, week_start, title, neighbourhood_id, is_in_scope
FROM int_event_day

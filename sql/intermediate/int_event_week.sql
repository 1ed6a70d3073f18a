-- model:  intermediate.int_event_week
-- title:  Les événements, semaine par semaine | The events, week by week
-- grain:  iso_week
-- column: iso_week | Semaine ISO | ISO week
-- column: is_event_known | Les événements de cette semaine sont connus : de int_feed_horizon.known_from à son known_until | The events of this week are known: from int_feed_horizon.known_from to its known_until
-- column: n_events | Événements ; vide = pas connus cette semaine | Events; empty = not known of this week | événements
-- column: event_days | Jours avec au moins un événement ; vide = pas connus | Days with at least one event; empty = not known | jours
-- column: event_titles | Titres des événements | Titles of the events
-- column: event_days_4w | Jours avec au moins un événement sur 4 semaines ; vide avant 4 semaines de suivi, et quand la semaine n'est pas connue | Days with at least one event over 4 weeks; empty before 4 weeks of monitoring, and where the week is not known | jours
-- column: n_neighbourhoods_with_event_12w | Quartiers qui ont eu leur événement sur 12 semaines ; vide avant 12 semaines de suivi, et quand la semaine n'est pas connue | Neighbourhoods with an event of their own over 12 weeks; empty before 12 weeks of monitoring, and where the week is not known | quartiers
-- column: neighbourhoods_with_event_12w_share | Part des quartiers qui ont eu leur événement sur 12 semaines | Share of the neighbourhoods with an event of their own over 12 weeks
-- check:  event_days BETWEEN 0 AND 7
-- check:  neighbourhoods_with_event_12w_share BETWEEN 0 AND 1
WITH event_days AS (SELECT * FROM intermediate.int_event_day),

neighbourhoods AS (SELECT * FROM staging.stg_neighbourhoods),

weeks AS (SELECT * FROM reference.ref_week),

horizon AS (SELECT * FROM intermediate.int_feed_horizon WHERE feed = 'events'),

-- Before the first event that was reported, and after what the last file told, no event is not known to mean none.
known_weeks AS (
    SELECT
        weeks.*,
        coalesce(weeks.week_start >= horizon.known_from AND weeks.week_end <= horizon.known_until, FALSE)
            AS is_event_known,
        (weeks.week_start - horizon.known_from) // 7 + 1 AS weeks_monitored
    FROM weeks
    CROSS JOIN horizon
),

by_week AS (
    SELECT
        iso_week,
        count(DISTINCT event_id) AS n_events,
        count(DISTINCT day) AS event_days,
        string_agg(DISTINCT title, ' ; ' ORDER BY title) AS event_titles
    FROM event_days
    GROUP BY iso_week
),

neighbourhood_weeks AS (
    SELECT
        weeks.iso_week,
        count(DISTINCT neighbourhoods.neighbourhood_id) AS n_neighbourhoods,
        count(DISTINCT event_days.neighbourhood_id) AS n_with_event
    FROM weeks
    INNER JOIN neighbourhoods ON weeks.week_end BETWEEN neighbourhoods.in_force_from AND neighbourhoods.in_force_to
    LEFT JOIN event_days
        ON neighbourhoods.neighbourhood_id = event_days.neighbourhood_id
        AND event_days.week_start BETWEEN weeks.week_start - 77 AND weeks.week_start
    GROUP BY weeks.iso_week
),

int_event_week AS (
    SELECT
        weeks.iso_week,
        weeks.is_event_known,
        CASE WHEN weeks.is_event_known THEN coalesce(by_week.n_events, 0) END AS n_events,
        CASE WHEN weeks.is_event_known THEN coalesce(by_week.event_days, 0) END AS event_days,
        by_week.event_titles,
        CASE
            WHEN weeks.is_event_known AND weeks.weeks_monitored >= 4 AND count(*) OVER last_4_weeks = 4
                THEN (sum(coalesce(by_week.event_days, 0)) OVER last_4_weeks)::BIGINT
        END AS event_days_4w,
        CASE
            WHEN weeks.is_event_known AND weeks.weeks_monitored >= 12 THEN neighbourhood_weeks.n_with_event
        END AS n_neighbourhoods_with_event_12w,
        CASE
            WHEN weeks.is_event_known AND weeks.weeks_monitored >= 12
                THEN neighbourhood_weeks.n_with_event / neighbourhood_weeks.n_neighbourhoods
        END AS neighbourhoods_with_event_12w_share
    FROM known_weeks AS weeks
    LEFT JOIN by_week ON weeks.iso_week = by_week.iso_week
    LEFT JOIN neighbourhood_weeks ON weeks.iso_week = neighbourhood_weeks.iso_week
    WINDOW last_4_weeks AS (ORDER BY weeks.week_start ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)
)

SELECT
    iso_week, is_event_known, n_events, event_days, event_titles, event_days_4w, n_neighbourhoods_with_event_12w,
    neighbourhoods_with_event_12w_share
FROM int_event_week

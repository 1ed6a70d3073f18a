-- model:  intermediate.int_counter_day
-- title:  Heures attendues et comptées de chaque compteur, jour par jour | Expected and counted hours of each counter, day by day
-- grain:  counter_id, day
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: weekday | Jour de la semaine, 1 = lundi | Day of the week, 1 = Monday
-- column: is_in_service | Un état du compteur vaut ce jour-là | A state of the counter is in force that day
-- column: is_in_centre | Dans le centre ce jour-là | In the centre that day
-- column: gateway_neighbourhood_id | Quartier dont il observe le chemin | Neighbourhood whose way it watches
-- column: period_no | Rang de la période de sensibilité | Rank of the sensitivity period
-- column: is_event_day | Jour d'un événement du centre, de lieu inconnu, ou du quartier dont le compteur observe le chemin | Day of an event in the centre, at an unknown place, or in the neighbourhood whose way the counter watches
-- column: expected_hours | Heures attendues : 23, 24 ou 25, moins celles d'avant la première ligne du compteur | Hours expected: 23, 24 or 25, less those before the counter's first row | h
-- column: measured_hours | Heures comptées | Hours counted | h
-- column: opening_expected_hours | Heures attendues pendant l'ouverture des commerces | Hours expected while shops are open | h
-- column: opening_measured_hours | Heures comptées pendant l'ouverture des commerces | Hours counted while shops are open | h
-- column: outage_hours | Heures en panne | Hours of outage | h
-- column: stuck_hours | Heures bloquées | Stuck hours | h
-- column: outlier_hours | Heures anormales, gardées ; aucune un jour d'événement | Unusual hours, kept; none on an event day | h
-- column: one_direction_hours | Heures où un seul sens est compté | Hours with one direction only | h
-- column: received_hours | Heures reçues, comptées ou non | Hours received, counted or not | h
-- column: passages | Passages comptés ; vide = rien n'est compté | Passages counted; empty = nothing was counted | passages
-- column: passages_in | Passages entrants, là où les deux sens sont comptés | Passages in, where both directions are counted | passages
-- column: passages_out | Passages sortants, là où les deux sens sont comptés | Passages out, where both directions are counted | passages
-- check:  measured_hours <= received_hours + 0.001
-- check:  received_hours <= expected_hours + 0.001
-- check:  outage_hours + stuck_hours + measured_hours <= received_hours + 0.001
WITH hours AS (SELECT * FROM staging.stg_footfall_hour),

counters AS (SELECT * FROM staging.stg_counters),

days AS (SELECT * FROM reference.ref_day WHERE is_in_scope),

town AS (SELECT * FROM reference.ref_town),

event_days AS (SELECT * FROM intermediate.int_event_day),

events AS (
    SELECT
        day,
        bool_or(coalesce(neighbourhood_id, 'centre') = 'centre') AS is_in_centre,
        list(neighbourhood_id) AS neighbourhoods
    FROM event_days
    GROUP BY day
),

first_rows AS (
    SELECT
        counter_id, min(first_start_utc) AS first_start_utc, min(day) AS first_day, arg_min(hour, first_start_utc) AS first_hour
    FROM hours
    GROUP BY counter_id
),

received AS (
    SELECT
        counter_id,
        day,
        sum(received_hours) AS received_hours,
        sum(measured_hours) AS measured_hours,
        sum(outage_hours) AS outage_hours,
        sum(stuck_hours) AS stuck_hours,
        sum(outlier_hours) AS outlier_hours,
        sum(one_direction_hours) AS one_direction_hours,
        sum(opening_measured_hours) AS opening_measured_hours,
        sum(passages) AS passages,
        sum(passages_in) AS passages_in,
        sum(passages_out) AS passages_out
    FROM hours
    GROUP BY counter_id, day
),

calendar AS (
    SELECT
        first_rows.counter_id,
        days.day,
        days.iso_week,
        days.weekday,
        CASE
            WHEN days.day > first_rows.first_day THEN days.hours_expected
            ELSE (epoch(timezone(town.timezone, (days.day + 1)::TIMESTAMP)) - epoch(first_rows.first_start_utc)) / 3600
        END AS expected_hours,
        CASE
            WHEN days.day > first_rows.first_day THEN town.opening_to - town.opening_from
            ELSE greatest(0, town.opening_to - greatest(town.opening_from, first_rows.first_hour))
        END AS opening_expected_hours
    FROM first_rows
    INNER JOIN days ON first_rows.first_day <= days.day
    CROSS JOIN town
),

int_counter_day AS (
    SELECT
        calendar.counter_id,
        calendar.day,
        calendar.iso_week,
        calendar.weekday,
        counters.counter_id IS NOT NULL AS is_in_service,
        coalesce(counters.is_in_centre, FALSE) AS is_in_centre,
        counters.gateway_neighbourhood_id,
        counters.period_no,
        coalesce(events.is_in_centre OR list_contains(events.neighbourhoods, counters.gateway_neighbourhood_id), FALSE)
            AS is_event_day,
        -- An interval that runs over midnight counts on the day on which it starts.
        greatest(calendar.expected_hours, coalesce(received.received_hours, 0)) AS expected_hours,
        coalesce(received.measured_hours, 0) AS measured_hours,
        greatest(calendar.opening_expected_hours, coalesce(received.opening_measured_hours, 0)) AS opening_expected_hours,
        coalesce(received.opening_measured_hours, 0) AS opening_measured_hours,
        coalesce(received.outage_hours, 0) AS outage_hours,
        coalesce(received.stuck_hours, 0) AS stuck_hours,
        CASE WHEN is_event_day THEN 0 ELSE coalesce(received.outlier_hours, 0) END AS outlier_hours,
        coalesce(received.one_direction_hours, 0) AS one_direction_hours,
        coalesce(received.received_hours, 0) AS received_hours,
        received.passages,
        received.passages_in,
        received.passages_out
    FROM calendar
    LEFT JOIN received ON calendar.counter_id = received.counter_id AND calendar.day = received.day
    LEFT JOIN events ON calendar.day = events.day
    LEFT JOIN counters
        ON calendar.counter_id = counters.counter_id
        AND calendar.day BETWEEN counters.in_force_from AND counters.in_force_to
    WHERE counters.counter_id IS NOT NULL OR received.counter_id IS NOT NULL
)

SELECT
    counter_id, day, iso_week, weekday, is_in_service, is_in_centre, gateway_neighbourhood_id, period_no, is_event_day,
    expected_hours, measured_hours, opening_expected_hours, opening_measured_hours, outage_hours, stuck_hours, outlier_hours,
    one_direction_hours, received_hours, passages, passages_in, passages_out
FROM int_counter_day

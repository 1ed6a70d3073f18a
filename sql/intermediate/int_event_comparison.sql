-- model:  intermediate.int_event_comparison
-- title:  Chaque événement face aux mêmes jours des quatre semaines d'avant | Each event and the same weekdays of the four weeks before
-- grain:  event_id
-- column: event_id | Événement | Event
-- column: n_event_days_compared | Jours de l'événement qui ont au moins un jour comparable | Days of the event that have a comparable day | jours
-- column: n_days_compared | Jours comparables | Comparable days | jours
-- column: n_counters | Compteurs comparés, parmi ceux qui voient l'événement | Counters compared, of those that see the event | compteurs
-- column: passages | Passages de ces compteurs les jours comparés de l'événement | Passages of these counters on the event days compared | passages
-- column: usual_passages | Moyenne des jours comparables, mêmes compteurs, sommée sur les jours de l'événement | Mean of the comparable days, same counters, summed over the event days | passages
-- check:  n_days_compared >= 1
WITH event_days AS (SELECT * FROM intermediate.int_event_day),

counter_days AS (SELECT * FROM intermediate.int_comparable_day WHERE passages IS NOT NULL),

seen_by AS (SELECT * FROM intermediate.int_event_counter WHERE is_treated),

titles AS (SELECT DISTINCT day, title FROM event_days),

candidates AS (
    SELECT event_days.event_id, event_days.title, event_days.day, (event_days.day - 7 * weeks_before.n)::DATE AS compared_day
    FROM event_days
    CROSS JOIN (SELECT unnest([1, 2, 3, 4]) AS n) AS weeks_before
    WHERE event_days.is_in_scope
),

-- A day is not comparable when it held this event too, or one that the event's day did not hold. What accompanies both
-- days, such as the weekly market, cancels out.
disturbed AS (
    SELECT DISTINCT candidates.event_id, candidates.day, candidates.compared_day
    FROM candidates
    INNER JOIN titles AS theirs ON candidates.compared_day = theirs.day
    LEFT JOIN titles AS ours ON candidates.day = ours.day AND theirs.title = ours.title
    WHERE ours.title IS NULL OR theirs.title = candidates.title
),

comparisons AS (
    SELECT
        candidates.event_id,
        candidates.day,
        candidates.compared_day,
        own.counter_id,
        own.passages,
        compared.passages AS compared_passages
    FROM candidates
    ANTI JOIN disturbed
        ON candidates.event_id = disturbed.event_id
        AND candidates.day = disturbed.day
        AND candidates.compared_day = disturbed.compared_day
    INNER JOIN seen_by ON candidates.event_id = seen_by.event_id
    INNER JOIN counter_days AS own ON candidates.day = own.day AND seen_by.counter_id = own.counter_id
    INNER JOIN counter_days AS compared
        ON candidates.compared_day = compared.day
        AND own.counter_id = compared.counter_id
        AND own.period_no = compared.period_no
        AND own.is_public_holiday = compared.is_public_holiday
),

compared_days AS (
    SELECT event_id, day, counter_id, any_value(passages) AS passages, avg(compared_passages) AS usual_passages
    FROM comparisons
    GROUP BY event_id, day, counter_id
),

differences AS (
    SELECT
        event_id,
        count(DISTINCT day) AS n_event_days_compared,
        count(DISTINCT counter_id) AS n_counters,
        sum(passages) AS passages,
        sum(usual_passages) AS usual_passages
    FROM compared_days
    GROUP BY event_id
),

days_compared AS (SELECT event_id, count(DISTINCT compared_day) AS n_days_compared FROM comparisons GROUP BY event_id),

int_event_comparison AS (
    SELECT differences.*, days_compared.n_days_compared
    FROM differences
    INNER JOIN days_compared ON differences.event_id = days_compared.event_id
)

SELECT event_id, n_event_days_compared, n_days_compared, n_counters, passages, usual_passages
FROM int_event_comparison

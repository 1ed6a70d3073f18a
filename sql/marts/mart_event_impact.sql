-- model:  marts.mart_event_impact
-- title:  Les passages de chaque événement, comparés aux mêmes jours des quatre semaines d'avant | The passages of each event, compared with the same weekdays of the four weeks before
-- grain:  event_id
-- column: town | Ville | Town
-- column: event_id | Événement : identifiant, ou titre et début | Event: identifier, or title and start
-- column: title | Titre | Title
-- column: is_demo | Données simulées | Simulated data
-- column: kind | Type | Kind
-- column: status | Statut déclaré | Status declared
-- column: first_day | Premier jour | First day
-- column: last_day | Dernier jour | Last day
-- column: iso_week | Semaine ISO du premier jour publié | ISO week of the first published day
-- column: place | Lieu | Place
-- column: neighbourhood_id | Quartier, ou centre | Neighbourhood, or centre
-- column: organiser | Organisateur | Organiser
-- column: full_cost_eur | Coût complet ; vide = inconnu | Full cost; empty = unknown | €
-- column: declared_attendance | Fréquentation déclarée | Declared attendance | pers.
-- column: n_event_days | Jours de l'événement dans les semaines publiées | Days of the event within the published weeks | jours
-- column: n_event_days_compared | Jours de l'événement qui ont au moins un jour comparable | Days of the event that have a comparable day | jours
-- column: n_days_compared | Jours comparables : même jour de semaine dans les quatre semaines d'avant, comptés, sans autre événement ni jour férié propre à l'un des deux | Comparable days: same weekday in the four weeks before, counted, without an event or public holiday that only one of them has | jours
-- column: n_counters | Compteurs du centre comparés | Counters of the centre compared | compteurs
-- column: passages | Passages de ces compteurs les jours comparés de l'événement | Passages of these counters on the event days compared | passages
-- column: passages_of_4_same_weekdays | Moyenne des jours comparables, mêmes compteurs, sommée sur les jours de l'événement | Mean of the comparable days, same counters, summed over the event days | passages
-- column: difference_vs_4_same_weekdays | Différence ; ce n'est pas une preuve d'effet | Difference; it is no proof of an effect | passages
-- column: difference_vs_4_same_weekdays_share | Différence rapportée à cette moyenne | Difference over that mean
-- column: coverage_share | Couverture : heures comptées / attendues aux compteurs du centre les jours de l'événement | Coverage: hours counted / expected at the centre's counters on the event days
-- column: measured_share | Part des heures comptées sans étalonnage ; avec les deux suivantes, somme 1 | Share of the counted hours without a calibration; with the next two, sums to 1
-- column: calibrated_share | Part des heures comptées par un compteur étalonné | Share of the counted hours from calibrated counters
-- column: imputed_share | Part estimée : 0, rien n'est estimé | Estimated share: 0, nothing is estimated
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  n_event_days_compared <= n_event_days
-- check:  (difference_vs_4_same_weekdays IS NULL) = (n_days_compared = 0)
WITH events AS (SELECT * FROM staging.stg_events),

event_days AS (SELECT * FROM intermediate.int_event_day),

counter_days AS (SELECT * FROM intermediate.int_counter_day WHERE is_in_service AND is_in_centre),

calibrations AS (SELECT * FROM analytics.calibration),

days AS (SELECT * FROM reference.ref_day),

town AS (SELECT * FROM reference.ref_town),

centre_days AS (
    SELECT
        counter_days.counter_id,
        counter_days.day,
        counter_days.period_no,
        counter_days.expected_hours,
        counter_days.measured_hours,
        CASE WHEN calibrations.calibration_factor IS NOT NULL THEN counter_days.measured_hours ELSE 0 END AS calibrated_hours,
        CASE WHEN counter_days.measured_hours >= 0.9 * days.hours_expected THEN counter_days.passages END AS passages,
        days.is_public_holiday
    FROM counter_days
    INNER JOIN days ON counter_days.day = days.day
    LEFT JOIN calibrations
        ON counter_days.counter_id = calibrations.counter_id AND counter_days.period_no = calibrations.sensitivity_period
),

published AS (SELECT * FROM event_days WHERE is_in_scope),

titles AS (SELECT DISTINCT day, title FROM event_days),

candidates AS (
    SELECT published.event_id, published.title, published.day, (published.day - 7 * weeks_before.n)::DATE AS compared_day
    FROM published
    CROSS JOIN (SELECT unnest([1, 2, 3, 4]) AS n) AS weeks_before
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
    INNER JOIN centre_days AS own ON candidates.day = own.day
    INNER JOIN centre_days AS compared
        ON candidates.compared_day = compared.day
        AND own.counter_id = compared.counter_id
        AND own.period_no = compared.period_no
        AND own.is_public_holiday = compared.is_public_holiday
    WHERE own.passages IS NOT NULL AND compared.passages IS NOT NULL
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

coverage AS (
    SELECT
        published.event_id,
        count(DISTINCT published.day) AS n_event_days,
        min(published.iso_week) AS iso_week,
        sum(centre_days.expected_hours) AS expected_hours,
        sum(centre_days.measured_hours) AS measured_hours,
        sum(centre_days.calibrated_hours) AS calibrated_hours
    FROM published
    LEFT JOIN centre_days ON published.day = centre_days.day
    GROUP BY published.event_id
),

mart_event_impact AS (
    SELECT
        town.town,
        town.is_demo,
        events.*,
        coverage.iso_week,
        coverage.n_event_days,
        coalesce(differences.n_event_days_compared, 0) AS n_event_days_compared,
        coalesce(days_compared.n_days_compared, 0) AS n_days_compared,
        coalesce(differences.n_counters, 0) AS n_counters,
        differences.passages,
        differences.usual_passages,
        coverage.measured_hours / nullif(coverage.expected_hours, 0) AS coverage_share,
        coverage.calibrated_hours / nullif(coverage.measured_hours, 0) AS calibrated_share
    FROM events
    CROSS JOIN town
    INNER JOIN coverage ON events.event_id = coverage.event_id
    LEFT JOIN differences ON events.event_id = differences.event_id
    LEFT JOIN days_compared ON events.event_id = days_compared.event_id
)

SELECT
    town,
    event_id,
    title,
    is_demo,
    kind,
    status,
    first_day,
    last_day,
    iso_week,
    place,
    neighbourhood_id,
    organiser,
    full_cost_eur,
    declared_attendance,
    n_event_days,
    n_event_days_compared,
    n_days_compared,
    n_counters,
    passages,
    usual_passages AS passages_of_4_same_weekdays,
    passages - usual_passages AS difference_vs_4_same_weekdays,
    (passages - usual_passages) / nullif(usual_passages, 0) AS difference_vs_4_same_weekdays_share,
    coverage_share,
    1 - calibrated_share AS measured_share,
    calibrated_share,
    calibrated_share * 0 AS imputed_share
FROM mart_event_impact

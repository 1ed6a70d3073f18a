-- model:  intermediate.int_vacant_two_years
-- title:  Vacance (d) : les locaux non exploités depuis au moins deux ans au 1er janvier | Vacancy (d): premises not operated for two years or more on 1 January
-- grain:  premises_id, tax_day
-- column: premises_id | Local | Premises
-- column: tax_day | 1er janvier de l'année d'imposition | 1 January of the year of taxation
-- column: not_operated_since | Non exploité depuis ; vide = exploité ce jour-là, ou depuis avant le suivi | Not operated since; empty = operated that day, or since before monitoring
-- column: is_vacant_2_years | Non exploité ce jour-là et depuis deux ans au moins (CGI, art. 1530) ; vide = le suivi est trop court pour le dire | Not operated that day and for two years or more (CGI, art. 1530); empty = monitored for too short a time to tell
-- CGI, art. 1530, II; BOI-IF-AUT-110, no. 20: "depuis au moins deux ans au 1er janvier", so two years to the day count.
WITH premises AS (SELECT * FROM staging.stg_premises),

shops AS (SELECT * FROM staging.stg_shops),

weeks AS (SELECT * FROM reference.ref_week),

town AS (SELECT * FROM reference.ref_town),

reported AS (SELECT count(*) > 0 AS has_shops FROM shops),

tax_days AS (SELECT DISTINCT make_date(year(week_end), 1, 1) AS tax_day FROM weeks),

-- A closure of before the monitoring is on record only if somebody told of it.
monitored AS (
    SELECT premises.premises_id, greatest(min(premises.in_force_from), any_value(town.first_week_start)) AS first_day
    FROM premises CROSS JOIN town
    GROUP BY premises.premises_id
),

states AS (
    SELECT
        monitored.premises_id,
        monitored.first_day,
        tax_days.tax_day,
        coalesce(bool_or(tax_days.tax_day BETWEEN shops.open_from AND shops.open_to), FALSE) AS was_operated,
        max(shops.closed_on) FILTER (WHERE shops.closed_on <= tax_days.tax_day) AS last_closed_on
    FROM monitored
    CROSS JOIN tax_days
    LEFT JOIN shops ON monitored.premises_id = shops.premises_id
    GROUP BY monitored.premises_id, monitored.first_day, tax_days.tax_day
),

int_vacant_two_years AS (
    SELECT
        states.premises_id,
        states.tax_day,
        CASE WHEN NOT states.was_operated THEN states.last_closed_on END AS not_operated_since,
        CASE
            WHEN NOT reported.has_shops THEN NULL
            WHEN states.was_operated THEN FALSE
            WHEN states.last_closed_on IS NOT NULL THEN states.last_closed_on <= states.tax_day - INTERVAL 2 YEAR
            WHEN states.first_day <= states.tax_day - INTERVAL 2 YEAR THEN TRUE
        END AS is_vacant_2_years
    FROM states CROSS JOIN reported
)

SELECT premises_id, tax_day, not_operated_since, is_vacant_2_years
FROM int_vacant_two_years

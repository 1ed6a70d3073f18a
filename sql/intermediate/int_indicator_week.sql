-- model:  intermediate.int_indicator_week
-- title:  La valeur de chaque indicateur déclaré, semaine par semaine | The value of each declared indicator, week by week
-- grain:  iso_week, indicator
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: indicator | Indicateur | Indicator
-- column: value | Valeur ; vide = manquante, jamais zéro | Value; empty = missing, never zero
-- column: is_held | Valeur de la dernière semaine connue, tenue quatre semaines au plus : le fichier des événements est en retard | Value of the last known week, held for four weeks at most: the file of events is late
WITH weeks AS (SELECT * FROM reference.ref_week),

indicators AS (SELECT * FROM reference.ref_indicator),

footfall AS (SELECT * FROM intermediate.int_footfall_week),

levels AS (SELECT * FROM analytics.footfall_level_week),

offer AS (SELECT * FROM intermediate.int_offer_week),

diversity AS (SELECT * FROM analytics.trade_diversity_week),

events AS (SELECT * FROM intermediate.int_event_week),

links AS (SELECT * FROM analytics.link_level_week),

seasonal AS (SELECT * FROM analytics.footfall_seasonal_week),

-- A file that is late by less than the four weeks of the first indicator moves nothing; later the pillar is not known.
held_events AS (
    SELECT
        weeks.iso_week,
        NOT events.is_event_known AS is_held,
        last_value(events.event_days_4w IGNORE NULLS) OVER up_to_4_weeks AS event_days_4w,
        last_value(events.neighbourhoods_with_event_12w_share IGNORE NULLS) OVER up_to_4_weeks
            AS neighbourhoods_with_event_12w_share
    FROM weeks
    INNER JOIN events ON weeks.iso_week = events.iso_week
    WINDOW up_to_4_weeks AS (ORDER BY weeks.week_start ROWS BETWEEN 4 PRECEDING AND CURRENT ROW)
),

valued AS (
    SELECT
        weeks.iso_week,
        weeks.week_start,
        indicators.indicator,
        CASE indicators.indicator
            WHEN 'footfall_index' THEN levels.footfall_index
            WHEN 'footfall_index_seasonal' THEN seasonal.footfall_index_seasonal
            WHEN 'weekend_share' THEN footfall.weekend_share
            WHEN 'vacancy_rate' THEN offer.vacancy_share
            WHEN 'trade_diversity' THEN diversity.trade_diversity
            WHEN 'net_openings_52w' THEN offer.net_openings_52w
            WHEN 'cold_front_share' THEN offer.cold_front_share
            WHEN 'event_days_4w' THEN held_events.event_days_4w
            WHEN 'neighbourhoods_with_event_12w_share' THEN held_events.neighbourhoods_with_event_12w_share
            WHEN 'access_score' THEN links.access_score
            WHEN 'gateway_per_1000_index' THEN links.gateway_per_1000_index
            WHEN 'link_evenness' THEN links.link_evenness
        END::DOUBLE AS value,
        indicators.indicator IN ('event_days_4w', 'neighbourhoods_with_event_12w_share') AND held_events.is_held
            AS may_be_held
    FROM weeks
    CROSS JOIN indicators
    LEFT JOIN footfall ON weeks.iso_week = footfall.iso_week
    LEFT JOIN levels ON weeks.week_start = levels.week_start
    LEFT JOIN offer ON weeks.iso_week = offer.iso_week
    LEFT JOIN diversity ON weeks.iso_week = diversity.iso_week
    LEFT JOIN held_events ON weeks.iso_week = held_events.iso_week
    LEFT JOIN links ON weeks.week_start = links.week_start
    LEFT JOIN seasonal ON weeks.week_start = seasonal.week_start
),

int_indicator_week AS (SELECT *, may_be_held AND value IS NOT NULL AS is_held FROM valued)

SELECT iso_week, week_start, indicator, value, is_held
FROM int_indicator_week

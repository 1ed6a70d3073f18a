-- model:  intermediate.int_indicator_week
-- title:  La valeur de chaque indicateur déclaré, semaine par semaine | The value of each declared indicator, week by week
-- grain:  iso_week, indicator
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: indicator | Indicateur | Indicator
-- column: value | Valeur ; vide = manquante, jamais zéro | Value; empty = missing, never zero
WITH weeks AS (SELECT * FROM reference.ref_week),

indicators AS (SELECT * FROM reference.ref_indicator),

footfall AS (SELECT * FROM intermediate.int_footfall_week),

levels AS (SELECT * FROM analytics.footfall_level_week),

offer AS (SELECT * FROM intermediate.int_offer_week),

diversity AS (SELECT * FROM analytics.trade_diversity_week),

events AS (SELECT * FROM intermediate.int_event_week),

links AS (SELECT * FROM analytics.link_level_week),

seasonal AS (SELECT * FROM analytics.footfall_seasonal_week),

int_indicator_week AS (
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
            WHEN 'event_days_4w' THEN events.event_days_4w
            WHEN 'neighbourhoods_with_event_12w_share' THEN events.neighbourhoods_with_event_12w_share
            WHEN 'access_score' THEN links.access_score
            WHEN 'gateway_per_1000_index' THEN links.gateway_per_1000_index
            WHEN 'link_evenness' THEN links.link_evenness
        END::DOUBLE AS value
    FROM weeks
    CROSS JOIN indicators
    LEFT JOIN footfall ON weeks.iso_week = footfall.iso_week
    LEFT JOIN levels ON weeks.week_start = levels.week_start
    LEFT JOIN offer ON weeks.iso_week = offer.iso_week
    LEFT JOIN diversity ON weeks.iso_week = diversity.iso_week
    LEFT JOIN events ON weeks.iso_week = events.iso_week
    LEFT JOIN links ON weeks.week_start = links.week_start
    LEFT JOIN seasonal ON weeks.week_start = seasonal.week_start
)

SELECT iso_week, week_start, indicator, value
FROM int_indicator_week

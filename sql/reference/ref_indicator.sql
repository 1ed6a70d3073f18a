-- model:  reference.ref_indicator
-- title:  Les indicateurs de l'indice et leurs bornes figées | The indicators of the index and their frozen goalposts
-- grain:  indicator
-- column: indicator | Indicateur | Indicator
-- column: pillar | Pilier | Pillar
-- column: low | Valeur qui vaut 1 ; vide = bornes pas encore figées, l'indicateur n'entre pas | Value that scores 1; empty = goalposts not frozen yet, the indicator does not enter
-- column: high | Valeur qui vaut 100 | Value that scores 100
-- column: weight | Poids dans le pilier | Weight within its pillar
-- column: pillar_weight | Poids du pilier | Weight of the pillar
-- column: goalposts_year | Année dont viennent les bornes ; vide = décidées à la main | Year from which the goalposts come; empty = decided by hand
-- column: goalposts_on | Jour du gel | Day of the freezing
-- column: goalposts_build | Construction publiée dont elles viennent | Published build from which they come
-- check:  indicator IN ('footfall_index', 'footfall_index_seasonal', 'weekend_share', 'vacancy_rate', 'trade_diversity', 'net_openings_52w', 'cold_front_share', 'event_days_4w', 'neighbourhoods_with_event_12w_share', 'access_score', 'gateway_per_1000_index', 'link_evenness')
-- check:  pillar IN ('frequentation', 'offer', 'animation', 'links')
-- check:  low <> high
-- check:  weight > 0 AND pillar_weight > 0
WITH ref_indicator AS (SELECT * FROM raw.indicators)

SELECT indicator, pillar, low, high, weight, pillar_weight, goalposts_year, goalposts_on, goalposts_build
FROM ref_indicator

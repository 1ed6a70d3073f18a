-- model:  marts.mart_index_sensitivity
-- title:  Ce dont l'incertitude de l'indice est faite, trimestre par trimestre (indices de Sobol) | What the uncertainty of the index is made of, quarter by quarter (Sobol indices)
-- grain:  town, quarter, factor
-- column: town | Ville | Town
-- column: quarter | Trimestre civil du jeudi de la semaine | Calendar quarter of the Thursday of the week
-- column: factor | Facteur : weight:pilier, rule ou value:indicateur | Factor: weight:pillar, rule or value:indicator
-- column: iso_week | Semaine analysée : la dernière du trimestre qui a un indice ; un trimestre en cours change encore | Week analysed: the last one of the quarter that has an index; a quarter that is not over will change
-- column: is_demo | Données simulées | Simulated data
-- column: factor_kind | Poids d'un pilier (weight), règle d'agrégation (rule) ou valeur d'un indicateur (value) | Weight of a pillar, rule of aggregation or value of an indicator
-- column: pillar | Pilier dont le poids varie d'un quart en plus ou en moins | Pillar whose weight varies by a quarter up or down
-- column: indicator | Indicateur dont la valeur varie dans son intervalle à 95 % ; absent s'il n'en a pas | Indicator whose value varies within its 95 % interval; absent where it has none
-- column: first_order | Indice de Sobol du premier ordre (S1) : part de la variance due au facteur seul ; estimé, il peut passer un peu sous 0 | First-order Sobol index (S1): share of the variance due to the factor alone; an estimate, it may fall a little below 0
-- column: total | Indice de Sobol total (ST) : avec ses interactions ; vide = l'indice ne varie pas | Total Sobol index (ST): with its interactions; empty = the index does not vary
-- check:  factor_kind IN ('weight', 'rule', 'value')
-- check:  first_order BETWEEN -0.1 AND 1.1
-- check:  total BETWEEN -0.1 AND 1.1
WITH sensitivities AS (SELECT * FROM analytics.index_sensitivity_quarter),

town AS (SELECT * FROM reference.ref_town),

weeks AS (SELECT * FROM reference.ref_week),

mart_index_sensitivity AS (
    SELECT town.town, town.is_demo, weeks.iso_week, sensitivities.*
    FROM sensitivities
    CROSS JOIN town
    INNER JOIN weeks ON sensitivities.week_start = weeks.week_start
)

SELECT town, quarter, factor, iso_week, is_demo, factor_kind, pillar, indicator, first_order, total
FROM mart_index_sensitivity

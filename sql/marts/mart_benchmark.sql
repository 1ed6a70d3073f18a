-- model:  marts.mart_benchmark
-- title:  La ville et ses voisines, pour 1 000 habitants ; jamais un classement | The town and its neighbours per 1,000 inhabitants; never a ranking
-- grain:  town, insee_code, indicator, year
-- column: town | Ville de cette base | Town of this database
-- column: insee_code | Code Insee de la commune | Insee code of the town shown
-- column: indicator | Indicateur | Indicator
-- column: year | Année | Year
-- column: is_demo | Données simulées | Simulated data
-- column: town_name | Commune | Town shown
-- column: is_own_town | La commune est la ville de cette base | The town shown is the town of this database
-- column: is_declared_peer | La commune est une voisine déclarée par la ville | The town shown is a peer declared by the town
-- column: value | Valeur publiée | Published value
-- column: population | Population | Population | hab.
-- column: rate_per_1000 | Valeur pour 1 000 habitants ; vide si l'indicateur n'est pas un nombre entier de choses | Value per 1,000 inhabitants; empty where the indicator is not a whole number of things | /1000 hab.
-- column: group_mean_per_1000 | Moyenne du groupe : mêmes indicateur, année et définition ; vide pour une commune seule | Mean of the group: same indicator, year and definition; empty for a town alone | /1000 hab.
-- column: n_towns | Communes du groupe | Towns of the group | communes
-- column: n_definitions | Définitions de cet indicateur cette année-là : chacune fait un groupe, elles ne se comparent pas | Definitions of that indicator in that year: each makes a group, they do not compare
-- column: has_own_town | La ville de cette base est dans le groupe | The town of this database is in the group
-- column: overdispersion | Surdispersion du groupe : 1 = les communes ne diffèrent que par le hasard | Overdispersion of the group: 1 = the towns differ by chance alone
-- column: z_score | Écart à la moyenne du groupe en écarts-types, surdispersion comprise | Distance from the mean of the group in standard deviations, overdispersion included
-- column: low_95 | Limite basse à 95 % pour une commune de cette taille | Lower limit at 95 % for a town of that size | /1000 hab.
-- column: high_95 | Limite haute à 95 % | Upper limit at 95 % | /1000 hab.
-- column: low_998 | Limite basse à 99,8 % | Lower limit at 99.8 % | /1000 hab.
-- column: high_998 | Limite haute à 99,8 % | Upper limit at 99.8 % | /1000 hab.
-- column: is_beyond_95 | Hors des limites à 95 % | Beyond the limits at 95 %
-- column: is_beyond_998 | Hors des limites à 99,8 % | Beyond the limits at 99.8 %
-- column: funnel_note | Pourquoi il n'y a pas d'entonnoir : not_a_count (part, euros…), single_town | Why there is no funnel: not_a_count (a share, euros…), single_town
-- column: definition | Définition | Definition
-- column: source | Source | Source
-- check:  funnel_note IS NOT NULL OR group_mean_per_1000 BETWEEN low_95 AND high_95
-- check:  low_998 <= low_95 AND high_95 <= high_998
WITH benchmarks AS (SELECT * FROM staging.stg_benchmarks),

funnels AS (SELECT * FROM analytics.benchmark_funnel),

peers AS (SELECT * FROM reference.ref_peer),

town AS (SELECT * FROM reference.ref_town),

mart_benchmark AS (
    SELECT
        town.town,
        town.is_demo,
        benchmarks.*,
        benchmarks.insee_code = town.insee_code AS is_own_town,
        peers.insee_code IS NOT NULL AS is_declared_peer,
        funnels.* EXCLUDE (insee_code, indicator, year)
    FROM benchmarks
    CROSS JOIN town
    LEFT JOIN peers ON benchmarks.insee_code = peers.insee_code
    INNER JOIN funnels
        ON benchmarks.insee_code = funnels.insee_code
        AND benchmarks.indicator = funnels.indicator
        AND benchmarks.year = funnels.year
)

SELECT
    town, insee_code, indicator, year, is_demo, town_name, is_own_town, is_declared_peer, value, population, rate_per_1000,
    group_mean_per_1000, n_towns, n_definitions, has_own_town, overdispersion, z_score, low_95, high_95, low_998, high_998,
    is_beyond_95, is_beyond_998, funnel_note, definition, source
FROM mart_benchmark

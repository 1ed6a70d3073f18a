-- model:  marts.mart_neighbourhood_link_week
-- title:  Le lien de chaque quartier avec le centre, par semaine | The link of each neighbourhood with the centre, by week
-- grain:  town, neighbourhood_id, iso_week
-- column: town | Ville | Town
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: is_demo | Données simulées | Simulated data
-- column: name | Nom du quartier | Name of the neighbourhood
-- column: population | Population | Population | hab.
-- column: population_year | Année de la population | Year of the population
-- column: population_source | Source de la population | Source of the population
-- column: walk_out_min | À pied vers le centre (Tobler) | On foot to the centre (Tobler) | min
-- column: walk_back_min | À pied au retour (Tobler) | On foot back (Tobler) | min
-- column: walk_return_min | À pied, aller et retour | On foot, there and back | min
-- column: is_estimated | Chemin à pied estimé : distance à vol d'oiseau × détour, ou dénivelé inconnu | Walk estimated: straight line × detour, or climb unknown
-- column: walk_detour_factor | Détour à pied : distance par le chemin / ligne droite ; vide si la distance n'est pas donnée ; sous 1, à vérifier | Detour on foot: distance along the way / straight line; empty where the distance is not told; below 1, to be checked
-- column: bus_min | Bus ou navette, moyenne d'un sens : marche, demi-intervalle, trajet ; vide sans service pendant l'ouverture | Bus or shuttle, mean of one way: walk, half the headway, ride; empty without service in opening hours | min
-- column: bus_out_min | Bus ou navette, vers le centre | Bus or shuttle, to the centre | min
-- column: bus_back_min | Bus ou navette, au retour | Bus or shuttle, back | min
-- column: bus_served_share | Part des heures d'ouverture desservies ; vide = horaires inconnus, tenus pour desservis | Share of the opening hours with service; empty = hours unknown, taken as served
-- column: best_mode | Mode le plus rapide | Fastest mode
-- column: best_min | Moyenne d'un sens par ce mode | Mean of one way by that mode | min
-- column: access_score | Accès au centre, 100 = aussi près que la référence ou plus près | Access to the centre, 100 = as near as the reference or nearer
-- column: n_gateway_counters | Compteurs à la porte du quartier ; 0 = accès seul | Counters at the gateway; 0 = access only | compteurs
-- column: gateway_passages | Passages à la porte, étalonnés là où un étalonnage vaut, heures manquantes complétées ; vide si un de ses compteurs n'est pas comparable cette semaine | Passages at the gateway, corrected where a calibration holds, missing hours completed; empty if one of its counters is not comparable that week | passages
-- column: gateway_passages_per_1000 | Passages à la porte pour 1 000 habitants | Passages at the gateway per 1,000 inhabitants | passages/1000 hab.
-- column: expected_share | Part attendue : population × attrait, parmi les quartiers comptés | Expected share: population × pull, among the neighbourhoods counted
-- column: observed_share | Part observée, parmi les quartiers comptés ; vide s'il n'y en a qu'un | Observed share, among the neighbourhoods counted; empty if there is only one
-- column: observed_expected_ratio | Observé / attendu | Observed / expected
-- column: ratio_low | Borne basse à 95 %, surdispersion et erreur d'étalonnage comprises | Lower limit at 95 %, overdispersion and error of calibration included
-- column: ratio_high | Borne haute à 95 %, de même | Upper limit at 95 %, likewise
-- column: link_rank | Rang par observé / attendu parmi les quartiers comptés, 1 = le plus lié ; jamais sans ses deux bornes | Rank by observed / expected among the neighbourhoods counted, 1 = the most linked; never without its two limits
-- column: link_rank_low | Meilleur rang que permettent les intervalles : 1 + les quartiers dont tout l'intervalle est au-dessus | Best rank that the intervals allow: 1 + the neighbourhoods whose whole interval lies above
-- column: link_rank_high | Moins bon rang que permettent les intervalles | Worst rank that the intervals allow
-- column: overdispersion | Surdispersion des passages aux portes, des semaines jusqu'à celle-ci ; 1 = rien n'en est encore connu, ou aucune | Overdispersion of the passages at the gateways, over the weeks up to this one; 1 = nothing known of it yet, or none
-- column: coverage_share | Couverture de la porte : heures comptées / attendues | Coverage of the gateway: hours counted / expected
-- column: measured_share | Part, des heures comptées ou estimées, comptée sans étalonnage ; avec les deux suivantes, somme 1 | Share of the hours counted or estimated that was counted without a calibration; with the next two, sums to 1
-- column: calibrated_share | Part comptée par un compteur étalonné | Share counted by calibrated counters
-- column: imputed_share | Part estimée, un dixième au plus : une porte moins comptée n'a pas de chiffre | Estimated share, a tenth at most: a gateway counted less has no figure
-- check:  access_score BETWEEN 0 AND 100
-- check:  observed_share BETWEEN 0 AND 1
-- check:  expected_share BETWEEN 0 AND 1
-- check:  link_rank IS NULL OR link_rank BETWEEN coalesce(link_rank_low, 9999) AND coalesce(link_rank_high, 0)
-- check:  observed_expected_ratio BETWEEN ratio_low AND ratio_high
WITH neighbourhoods AS (SELECT * FROM intermediate.int_neighbourhood_week),

accesses AS (SELECT * FROM analytics.neighbourhood_access_week),

gateways AS (SELECT * FROM intermediate.int_gateway_week),

gateway_links AS (SELECT * FROM analytics.gateway_link_week),

town AS (SELECT * FROM reference.ref_town),

mart_neighbourhood_link_week AS (
    SELECT
        town.town,
        town.is_demo,
        neighbourhoods.*,
        accesses.walk_out_min,
        accesses.walk_back_min,
        accesses.walk_return_min,
        accesses.is_walk_estimated,
        accesses.walk_detour_factor,
        accesses.bus_min,
        accesses.bus_out_min,
        accesses.bus_back_min,
        accesses.bus_served_share,
        accesses.best_mode,
        accesses.best_min,
        accesses.access_score,
        coalesce(gateways.n_counters, 0) AS n_gateway_counters,
        gateways.passages AS gateway_passages,
        gateways.coverage_share,
        CASE WHEN gateways.passages IS NOT NULL THEN gateways.measured_share END AS measured_share,
        CASE WHEN gateways.passages IS NOT NULL THEN gateways.calibrated_share END AS calibrated_share,
        CASE WHEN gateways.passages IS NOT NULL THEN gateways.imputed_share END AS imputed_share,
        gateway_links.* EXCLUDE (neighbourhood_id, week_start)
    FROM neighbourhoods
    CROSS JOIN town
    LEFT JOIN accesses
        ON neighbourhoods.neighbourhood_id = accesses.neighbourhood_id AND neighbourhoods.week_start = accesses.week_start
    LEFT JOIN gateways
        ON neighbourhoods.neighbourhood_id = gateways.neighbourhood_id AND neighbourhoods.week_start = gateways.week_start
    LEFT JOIN gateway_links
        ON neighbourhoods.neighbourhood_id = gateway_links.neighbourhood_id
        AND neighbourhoods.week_start = gateway_links.week_start
)

SELECT
    town,
    neighbourhood_id,
    iso_week,
    week_start,
    is_demo,
    name,
    population,
    population_year,
    population_source,
    walk_out_min,
    walk_back_min,
    walk_return_min,
    is_walk_estimated AS is_estimated,
    walk_detour_factor,
    bus_min,
    bus_out_min,
    bus_back_min,
    bus_served_share,
    best_mode,
    best_min,
    access_score,
    n_gateway_counters,
    gateway_passages,
    gateway_passages_per_1000,
    expected_share,
    observed_share,
    observed_expected_ratio,
    ratio_low,
    ratio_high,
    link_rank,
    link_rank_low,
    link_rank_high,
    CASE WHEN observed_expected_ratio IS NOT NULL THEN overdispersion END AS overdispersion,
    coverage_share,
    measured_share,
    calibrated_share,
    imputed_share
FROM mart_neighbourhood_link_week

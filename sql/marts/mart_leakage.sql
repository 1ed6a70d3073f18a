-- model:  marts.mart_leakage
-- title:  Évasion vers les centres concurrents déclarés par la ville (modèle de Huff) ; sans centre déclaré, aucune ligne | Leakage to the competing centres that the town declares (Huff's model); no row where none is declared
-- grain:  town, neighbourhood_id, centre_id
-- column: town | Ville | Town
-- column: neighbourhood_id | Quartier ; absent si ses coordonnées sont inconnues | Neighbourhood; absent where its coordinates are not known
-- column: centre_id | Centre, par le code Insee de sa commune | Centre, by the Insee code of its town
-- column: iso_week | Dernière semaine publiée, dont sont les quartiers | Last published week, of which the neighbourhoods are
-- column: is_demo | Données simulées | Simulated data
-- column: name | Nom du quartier | Name of the neighbourhood
-- column: population | Population | Population | hab.
-- column: centre_name | Commune du centre | Town of the centre
-- column: is_own_centre | Le centre de cette ville | The centre of this town
-- column: attractiveness | Attrait déclaré du centre | Declared attractiveness of the centre
-- column: attractiveness_measure | Ce qu'est cet attrait, et sa source : un modèle ne vaut pas mieux que sa mesure | What that attractiveness is, and its source: a model is no better than its measure
-- column: minutes | À pied, ligne droite × détour, à plat : mesuré de même pour tous les centres, au moins reference_min | On foot, straight line × detour, flat: measured alike for all centres, at least reference_min | min
-- column: share | Part du centre au milieu des exposants (γ = 1, λ = 2) ; par quartier, somme 1 : un modèle, pas une mesure | Share of the centre at the middle of the exponents (γ = 1, λ = 2); by neighbourhood, sums to 1: a model, not a measure
-- column: share_low | La plus petite part pour γ de 0,8 à 1,2 et λ de 1,5 à 2,5 | Smallest share for γ of 0.8 to 1.2 and λ of 1.5 to 2.5
-- column: share_high | La plus grande | Largest one
-- column: leakage_share | Évasion du quartier : part de tous les autres centres, la même sur chacune de ses lignes | Leakage of the neighbourhood: share of all other centres, the same on each of its rows
-- column: leakage_low | La plus petite pour ces exposants | Smallest one for these exponents
-- column: leakage_high | La plus grande | Largest one
-- check:  share BETWEEN share_low AND share_high
-- check:  leakage_share BETWEEN leakage_low AND leakage_high
-- check:  share_low >= 0 AND share_high <= 1
-- check:  NOT is_own_centre OR abs(share + leakage_share - 1) < 1e-9
-- check:  attractiveness_measure <> ''
WITH shares AS (SELECT * FROM analytics.centre_share),

peers AS (SELECT * FROM reference.ref_peer),

town AS (SELECT * FROM reference.ref_town),

neighbourhoods AS (SELECT * FROM intermediate.int_neighbourhood_week),

weeks AS (SELECT * FROM reference.ref_week),

mart_leakage AS (
    SELECT
        town.town,
        town.is_demo,
        town.attractiveness_measure,
        weeks.iso_week,
        neighbourhoods.name,
        neighbourhoods.population,
        coalesce(peers.name, town.name) AS centre_name,
        peers.insee_code IS NULL AS is_own_centre,
        shares.*
    FROM shares
    CROSS JOIN town
    INNER JOIN weeks ON town.last_week_start = weeks.week_start
    INNER JOIN neighbourhoods
        ON shares.neighbourhood_id = neighbourhoods.neighbourhood_id AND weeks.week_start = neighbourhoods.week_start
    LEFT JOIN peers ON shares.centre_id = peers.insee_code
)

SELECT
    town, neighbourhood_id, centre_id, iso_week, is_demo, name, population, centre_name, is_own_centre, attractiveness,
    attractiveness_measure, minutes, share, share_low, share_high, leakage_share, leakage_low, leakage_high
FROM mart_leakage

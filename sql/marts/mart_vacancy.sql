-- model:  marts.mart_vacancy
-- title:  Chaque local, occupé ou non, le dimanche de chaque semaine | Each premises, occupied or not, on the Sunday of each week
-- grain:  premises_id, iso_week
-- column: town | Ville | Town
-- column: premises_id | Local | Premises
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: is_demo | Données simulées | Simulated data
-- column: address | Adresse | Address
-- column: street | Rue | Street
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: sector | Secteur : centre ou hors centre | Sector: centre or outside
-- column: area_m2 | Surface | Area | m²
-- column: lat | Latitude | Latitude | °
-- column: lon | Longitude | Longitude | °
-- column: is_operated | Exploité ; vide tant qu'aucun commerce n'a été déclaré dans la ville | Operated; empty as long as no shop was reported in the town
-- column: is_vacant | Vacance (a) : non exploité | Vacancy (a): not operated
-- column: is_vacant_to_let | Vacance (b) : inoccupé et disponible à la location ; vide = inconnu | Vacancy (b): unoccupied and available to let; empty = unknown
-- column: is_inactive | Vacance (c) : non exploité, ou en travaux quoiqu'un occupant soit déclaré | Vacancy (c): not operated, or under works although an occupant is reported
-- column: is_vacant_2_years | Vacance (d) : au 1er janvier de l'année de ce dimanche, non exploité depuis au moins deux ans (CGI, art. 1530 : liste à examiner pour la taxe) ; vide = le suivi est trop court pour le dire | Vacancy (d): on 1 January of that Sunday's year, not operated for two years or more (CGI, art. 1530: list to examine for the tax); empty = monitored for too short a time to tell
-- column: vacant_days_on_1_january | Durée de la vacance à ce 1er janvier ; vide = exploité, ou depuis avant le suivi | Duration of the vacancy on that 1 January; empty = operated, or since before monitoring | jours
-- column: has_works | En travaux ; vide = inconnu | Under works; empty = unknown
-- column: vacant_since | Non exploité depuis ; vide = exploité, ou depuis avant le suivi | Not operated since; empty = operated, or since before monitoring
-- column: vacant_days | Durée de la vacance, ce dimanche compris | Duration of the vacancy, that Sunday included | jours
-- column: n_shops | Commerces ouverts dans le local | Shops open in the premises | commerces
-- column: shop_name | Enseigne ; la dernière ouverte si elles sont plusieurs | Shop name; the latest opened if there are several
-- column: trade | Code de l'activité | Code of the trade
-- column: family | Famille d'activités | Family of trades
-- column: is_cold_front | Front froid : exploité sans recevoir le passant | Cold front: operated without walk-in trade
-- check:  is_vacant <> is_operated
-- check:  vacant_days >= 1
WITH premises_weeks AS (SELECT * FROM intermediate.int_premises_week),

town AS (SELECT * FROM reference.ref_town),

mart_vacancy AS (SELECT premises_weeks.*, town.town, town.is_demo FROM premises_weeks CROSS JOIN town)

SELECT
    town,
    premises_id,
    iso_week,
    week_start,
    is_demo,
    address,
    street,
    neighbourhood_id,
    sector,
    area_m2,
    lat,
    lon,
    is_operated,
    NOT is_operated AS is_vacant,
    is_vacant_to_let,
    is_inactive,
    is_vacant_2_years,
    vacant_days_on_1_january,
    has_works,
    vacant_since,
    week_start + 7 - vacant_since AS vacant_days,
    n_shops,
    shop_name,
    trade,
    family,
    is_operated AND NOT is_walk_in AS is_cold_front
FROM mart_vacancy

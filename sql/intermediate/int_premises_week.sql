-- model:  intermediate.int_premises_week
-- title:  L'occupation de chaque local, le dimanche de chaque semaine | The occupation of each premises, on the Sunday of each week
-- grain:  premises_id, iso_week
-- column: premises_id | Local | Premises
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: address | Adresse | Address
-- column: street | Rue | Street
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: sector | Secteur : centre ou hors centre | Sector: centre or outside
-- column: area_m2 | Surface | Area | m²
-- column: lat | Latitude | Latitude | °
-- column: lon | Longitude | Longitude | °
-- column: is_to_let | Disponible à la location ; vide = inconnu | Available to let; empty = unknown
-- column: has_works | En travaux ; vide = inconnu | Under works; empty = unknown
-- column: n_shops | Commerces ouverts dans le local ; vide tant qu'aucun commerce n'a été déclaré dans la ville | Shops open in the premises; empty as long as no shop was reported in the town | commerces
-- column: shop_id | Commerce ; le dernier ouvert s'ils sont plusieurs | Shop; the latest opened if there are several
-- column: shop_name | Enseigne | Shop name
-- column: trade | Code de l'activité | Code of the trade
-- column: family | Famille d'activités | Family of trades
-- column: is_walk_in | Reçoit le passant | Receives walk-in customers
-- column: is_operated | Exploité ; vide tant qu'aucun commerce n'a été déclaré dans la ville | Operated; empty as long as no shop was reported in the town
-- column: is_vacant_to_let | Inoccupé et disponible à la location ; vide = inconnu | Unoccupied and available to let; empty = unknown
-- column: is_inactive | Vacance (c) : non exploité, ou en travaux quoiqu'un occupant soit déclaré | Vacancy (c): not operated, or under works although an occupant is reported
-- column: is_vacant_2_years | Vacance (d) : au 1er janvier de l'année de ce dimanche, non exploité depuis au moins deux ans ; vide = le suivi est trop court pour le dire | Vacancy (d): on 1 January of that Sunday's year, not operated for two years or more; empty = monitored for too short a time to tell
-- column: vacant_days_on_1_january | Durée de la vacance à ce 1er janvier ; vide = exploité, ou depuis avant le suivi | Duration of the vacancy on that 1 January; empty = operated, or since before monitoring | jours
-- column: vacant_since | Non exploité depuis ; vide = exploité, ou depuis avant le suivi | Not operated since; empty = operated, or since before monitoring
-- check:  is_inactive OR is_operated
-- check:  NOT (is_operated AND is_vacant_to_let)
WITH premises AS (SELECT * FROM staging.stg_premises),

shops AS (SELECT * FROM staging.stg_shops),

weeks AS (SELECT * FROM reference.ref_week),

two_years AS (SELECT * FROM intermediate.int_vacant_two_years),

reported AS (SELECT count(*) > 0 AS has_shops FROM shops),

occupants AS (
    SELECT
        shops.premises_id,
        weeks.iso_week,
        count(*) AS n_shops,
        arg_max(shops.shop_id, (shops.open_from, shops.shop_id)) AS shop_id
    FROM weeks
    INNER JOIN shops ON weeks.week_end BETWEEN shops.open_from AND shops.open_to
    GROUP BY shops.premises_id, weeks.iso_week
),

closures AS (
    SELECT shops.premises_id, weeks.iso_week, max(shops.closed_on) AS last_closed_on
    FROM weeks
    INNER JOIN shops ON weeks.week_end >= shops.closed_on
    GROUP BY shops.premises_id, weeks.iso_week
),

int_premises_week AS (
    SELECT
        premises.*,
        weeks.iso_week,
        weeks.week_start,
        CASE WHEN reported.has_shops THEN coalesce(occupants.n_shops, 0) END AS n_shops,
        occupants.shop_id,
        shops.shop_name,
        shops.trade,
        shops.family,
        shops.is_walk_in,
        CASE WHEN reported.has_shops THEN occupants.shop_id IS NOT NULL END AS is_operated,
        CASE WHEN reported.has_shops THEN occupants.shop_id IS NULL AND premises.is_to_let END AS is_vacant_to_let,
        CASE WHEN reported.has_shops THEN occupants.shop_id IS NULL OR coalesce(premises.has_works, FALSE) END AS is_inactive,
        two_years.is_vacant_2_years,
        two_years.tax_day - two_years.not_operated_since AS vacant_days_on_1_january,
        CASE WHEN occupants.shop_id IS NULL THEN closures.last_closed_on END AS vacant_since
    FROM premises
    INNER JOIN weeks ON weeks.week_end BETWEEN premises.in_force_from AND premises.in_force_to
    CROSS JOIN reported
    LEFT JOIN two_years
        ON premises.premises_id = two_years.premises_id AND make_date(year(weeks.week_end), 1, 1) = two_years.tax_day
    LEFT JOIN occupants ON premises.premises_id = occupants.premises_id AND weeks.iso_week = occupants.iso_week
    LEFT JOIN closures ON premises.premises_id = closures.premises_id AND weeks.iso_week = closures.iso_week
    LEFT JOIN shops ON occupants.shop_id = shops.shop_id
)

SELECT
    premises_id, iso_week, week_start, address, street, neighbourhood_id, sector, area_m2, lat, lon, is_to_let, has_works,
    n_shops, shop_id, shop_name, trade, family, is_walk_in, is_operated, is_vacant_to_let, is_inactive,
    is_vacant_2_years, vacant_days_on_1_january, vacant_since
FROM int_premises_week

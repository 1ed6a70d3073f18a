-- model:  intermediate.int_shop_movement
-- title:  Les ouvertures et fermetures des semaines publiées | The openings and closures of the published weeks
-- grain:  movement_id
-- column: movement_id | Mouvement : commerce et nature | Movement: shop and kind
-- column: kind | Ouverture (opening) ou fermeture (closure) | Opening or closure
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: shop_id | Commerce | Shop
-- column: premises_id | Local | Premises
-- column: sector | Secteur du local ; vide = local hors suivi ce jour-là | Sector of the premises; empty = premises not monitored that day
-- column: street | Rue | Street
-- column: neighbourhood_id | Quartier | Neighbourhood
-- check:  kind IN ('opening', 'closure')
WITH shops AS (SELECT * FROM staging.stg_shops),

premises AS (SELECT * FROM staging.stg_premises),

days AS (SELECT * FROM reference.ref_day WHERE is_in_scope),

-- The premises of a closure are those of its last open day: they may leave the list together.
movements AS (
    SELECT shop_id, premises_id, 'opening' AS kind, opened_on AS day, opened_on AS premises_day FROM shops
    UNION ALL
    SELECT shop_id, premises_id, 'closure' AS kind, closed_on AS day, open_to AS premises_day FROM shops
),

int_shop_movement AS (
    SELECT
        movements.*,
        movements.shop_id || ' · ' || movements.kind AS movement_id,
        days.iso_week,
        premises.sector,
        premises.street,
        premises.neighbourhood_id
    FROM movements
    INNER JOIN days ON movements.day = days.day
    LEFT JOIN premises
        ON movements.premises_id = premises.premises_id
        AND movements.premises_day BETWEEN premises.in_force_from AND premises.in_force_to
)

SELECT movement_id, kind, day, iso_week, shop_id, premises_id, sector, street, neighbourhood_id
FROM int_shop_movement

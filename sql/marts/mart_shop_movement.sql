-- model:  marts.mart_shop_movement
-- title:  Les ouvertures et fermetures de commerces | The openings and closures of shops
-- grain:  movement_id
-- column: town | Ville | Town
-- column: movement_id | Mouvement : commerce et nature | Movement: shop and kind
-- column: kind | Ouverture (opening) ou fermeture (closure) | Opening or closure
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: is_demo | Données simulées | Simulated data
-- column: premises_id | Local | Premises
-- column: street | Rue | Street
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: sector | Secteur du local ; vide = local hors suivi ce jour-là | Sector of the premises; empty = premises not monitored that day
-- column: shop_name | Enseigne | Shop name
-- column: trade | Code de l'activité | Code of the trade
-- column: trade_label | Activité | Trade
-- column: family | Famille d'activités | Family of trades
-- column: operator_type | Indépendant, franchise ou succursale | Independent, franchise or branch
-- column: area_m2 | Surface de vente | Sales area | m²
-- column: closing_reason | Motif de fermeture | Closing reason
-- column: open_days | Fermeture : durée d'exploitation ; vide si l'ouverture n'est pas datée | Closure: days of operation; empty where the opening is not dated | jours
-- column: vacant_days_before | Ouverture : jours depuis la fermeture du commerce précédent ; vide si elle n'est pas connue | Opening: days since the previous shop closed; empty where unknown | jours
-- column: overlaps_another_shop | Ouvert en même temps qu'un autre commerce du même local : partage, ou fermeture non déclarée | Open at the same time as another shop in the same premises: shared, or a closure not reported
-- column: upload_id | Dépôt d'où vient la ligne | Upload that the row comes from
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  open_days >= 0
WITH movements AS (SELECT * FROM intermediate.int_shop_movement),

shops AS (SELECT * FROM staging.stg_shops),

trades AS (SELECT * FROM reference.ref_trade),

town AS (SELECT * FROM reference.ref_town),

openings AS (
    SELECT
        shop_id,
        opened_on - max(closed_on) OVER (
            PARTITION BY premises_id ORDER BY open_from, open_to ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS days_since_closure
    FROM shops
),

mart_shop_movement AS (
    SELECT
        town.town,
        town.is_demo,
        movements.*,
        shops.shop_name,
        shops.trade,
        trades.trade_label,
        shops.family,
        shops.operator_type,
        shops.area_m2,
        CASE WHEN movements.kind = 'closure' THEN shops.closing_reason END AS closing_reason,
        CASE WHEN movements.kind = 'closure' THEN shops.closed_on - shops.opened_on END AS open_days,
        CASE
            WHEN movements.kind = 'opening' AND NOT shops.overlaps_another_shop THEN openings.days_since_closure
        END AS vacant_days_before,
        shops.overlaps_another_shop,
        shops.upload_id,
        shops.line
    FROM movements
    INNER JOIN shops ON movements.shop_id = shops.shop_id
    INNER JOIN openings ON movements.shop_id = openings.shop_id
    LEFT JOIN trades ON shops.trade = trades.trade
    CROSS JOIN town
)

SELECT
    town, movement_id, kind, day, iso_week, is_demo, premises_id, street, neighbourhood_id, sector, shop_name, trade,
    trade_label, family, operator_type, area_m2, closing_reason, open_days, vacant_days_before, overlaps_another_shop,
    upload_id, line
FROM mart_shop_movement

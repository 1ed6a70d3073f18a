-- model:  staging.stg_shops
-- title:  Les commerces, de leur ouverture à leur fermeture | The shops, from opening to closure
-- grain:  shop_id
-- column: shop_id | Commerce : local et date d'ouverture, ou local et enseigne | Shop: premises and opening date, or premises and name
-- column: premises_id | Local | Premises
-- column: shop_name | Enseigne | Shop name
-- column: trade | Code de l'activité | Code of the trade
-- column: family | Famille d'activités | Family of trades
-- column: is_walk_in | Reçoit le passant | Receives walk-in customers
-- column: opened_on | Ouverture ; vide = déjà ouvert au début du suivi | Opened on; empty = already open when monitoring began
-- column: closed_on | Premier jour où il n'est plus exploité ; vide = ouvert | First day not operated; empty = open
-- column: open_from | Premier jour compté comme ouvert | First day counted as open
-- column: open_to | Dernier jour compté comme ouvert | Last day counted as open
-- column: closing_reason | Motif de fermeture | Closing reason
-- column: operator_type | Indépendant, franchise ou succursale | Independent, franchise or branch
-- column: area_m2 | Surface de vente | Sales area | m²
-- column: overlaps_another_shop | Ouvert en même temps qu'un autre commerce du même local : partage, ou fermeture non déclarée | Open at the same time as another shop in the same premises: shared, or a closure not reported
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
WITH shops AS (SELECT * FROM raw.shops),

trades AS (SELECT * FROM reference.ref_trade),

dated AS (
    SELECT
        shops.premises_id || ' · ' || coalesce(strftime(shops.opened_on, '%Y-%m-%d'), shops.shop_name) AS shop_id,
        shops.premises_id,
        shops.shop_name,
        shops.activity AS trade,
        trades.family,
        trades.is_walk_in,
        shops.opened_on,
        shops.closed_on,
        coalesce(shops.opened_on, DATE '0001-01-01') AS open_from,
        coalesce((shops.closed_on - INTERVAL 1 DAY)::DATE, DATE '9999-12-31') AS open_to,
        shops.closing_reason,
        shops.operator_type,
        shops.area_m2,
        shops.upload_id,
        shops.line
    FROM shops LEFT JOIN trades ON shops.activity = trades.trade
),

stg_shops AS (
    SELECT
        *,
        coalesce(max(open_to) OVER (before ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= open_from, FALSE)
        OR coalesce(lead(open_from) OVER before <= open_to, FALSE) AS overlaps_another_shop
    FROM dated
    WINDOW before AS (PARTITION BY premises_id ORDER BY open_from, open_to)
)

SELECT
    shop_id, premises_id, shop_name, trade, family, is_walk_in, opened_on, closed_on, open_from, open_to, closing_reason,
    operator_type, area_m2, overlaps_another_shop, upload_id, line
FROM stg_shops

-- model:  staging.stg_premises
-- title:  Les locaux, état par état | The premises, state by state
-- grain:  premises_id, in_force_from
-- column: premises_id | Local | Premises
-- column: address | Adresse | Address
-- column: street | Rue | Street
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: sector | Secteur : centre ou hors centre | Sector: centre or outside
-- column: area_m2 | Surface | Area | m²
-- column: lat | Latitude | Latitude | °
-- column: lon | Longitude | Longitude | °
-- column: is_to_let | Disponible à la location ; vide = inconnu | Available to let; empty = unknown
-- column: has_works | En travaux ; vide = inconnu | Under works; empty = unknown
-- column: in_force_from | Premier jour de cet état | First day of this state
-- column: in_force_to | Dernier jour de cet état | Last day of this state
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
WITH premises AS (SELECT * FROM raw.premises),

dated AS (
    SELECT
        *,
        coalesce(valid_from, DATE '0001-01-01') AS in_force_from,
        coalesce(valid_to, DATE '9999-12-31') AS told_to
    FROM premises
),

stg_premises AS (
    -- A state that nobody closed ends where the next one begins, else the premises would count twice.
    SELECT
        *,
        least(told_to, coalesce(lead(in_force_from) OVER history - INTERVAL 1 DAY, told_to))::DATE AS in_force_to
    FROM dated
    WINDOW history AS (PARTITION BY premises_id ORDER BY in_force_from)
)

SELECT
    premises_id, address, street, neighbourhood_id, sector, area_m2, lat, lon, is_to_let, has_works, in_force_from, in_force_to,
    upload_id, line
FROM stg_premises

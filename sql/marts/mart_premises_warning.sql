-- model:  marts.mart_premises_warning
-- title:  Alerte précoce : les locaux dont tous les occupants récents ont tenu moins de deux ans | Early warning: the premises whose recent occupants all lasted under two years
-- grain:  premises_id
-- column: town | Ville | Town
-- column: premises_id | Local | Premises
-- column: is_demo | Données simulées | Simulated data
-- column: address | Adresse | Address
-- column: street | Rue | Street
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: sector | Secteur : centre ou hors centre | Sector: centre or outside
-- column: n_recent_occupants | Occupants partis depuis moins de cinq ans, deux au moins, tous après moins de deux ans | Occupants that left within five years, two at least, all of them after less than two years | commerces
-- column: longest_recent_days | Le plus long d'entre eux | The longest of them | jours
-- column: median_recent_days | Durée médiane d'entre eux | Median duration of them | jours
-- column: recent_occupants | Qui ils étaient, du premier au dernier : enseigne, jours, motif de départ | Who they were, from first to last: name, days, reason of leaving
-- column: last_closed_on | Dernier départ | Last departure
-- column: is_operated | Exploité le dernier dimanche | Operated on the last Sunday
-- column: shop_name | Enseigne actuelle | Current shop name
-- column: open_days | Depuis son ouverture, moins de deux ans | Since its opening, less than two years | jours
-- check:  n_recent_occupants >= 2
-- check:  longest_recent_days < 730
-- check:  open_days < 730
WITH premises AS (SELECT * FROM staging.stg_premises),

shops AS (SELECT * FROM staging.stg_shops),

town AS (SELECT * FROM reference.ref_town),

dated AS (
    SELECT shops.*, town.last_week_start + 6 AS last_sunday, shops.closed_on - shops.opened_on AS lasted_days
    FROM shops CROSS JOIN town
),

-- One occupant whose opening is not dated is enough for nothing to be said: it may have stayed for long.
departed AS (
    SELECT
        premises_id,
        count(*) AS n_recent_occupants,
        max(lasted_days) AS longest_recent_days,
        median(lasted_days) AS median_recent_days,
        string_agg(
            shop_name || ' (' || lasted_days || ' j' || coalesce(', ' || closing_reason, '') || ')', ' ; ' ORDER BY closed_on
        ) AS recent_occupants,
        max(closed_on) AS last_closed_on
    FROM dated
    WHERE closed_on <= last_sunday AND closed_on > last_sunday - INTERVAL 5 YEAR
    GROUP BY premises_id
    HAVING count(*) >= 2 AND count(lasted_days) = count(*) AND max(lasted_days) < 730
),

-- Of several shops in one place, the one that has been there longest.
current_occupants AS (
    SELECT
        premises_id,
        arg_min(shop_name, open_from) AS shop_name,
        any_value(last_sunday) - min(open_from) AS open_days
    FROM dated
    WHERE last_sunday BETWEEN open_from AND open_to
    GROUP BY premises_id
),

mart_premises_warning AS (
    SELECT
        town.town,
        town.is_demo,
        premises.address,
        premises.street,
        premises.neighbourhood_id,
        premises.sector,
        departed.*,
        current_occupants.premises_id IS NOT NULL AS is_operated,
        current_occupants.shop_name,
        current_occupants.open_days
    FROM departed
    CROSS JOIN town
    INNER JOIN premises
        ON departed.premises_id = premises.premises_id
        AND town.last_week_start + 6 BETWEEN premises.in_force_from AND premises.in_force_to
    LEFT JOIN current_occupants ON departed.premises_id = current_occupants.premises_id
    WHERE coalesce(current_occupants.open_days < 730, TRUE)
)

SELECT
    town, premises_id, is_demo, address, street, neighbourhood_id, sector, n_recent_occupants, longest_recent_days,
    median_recent_days, recent_occupants, last_closed_on, is_operated, shop_name, open_days
FROM mart_premises_warning

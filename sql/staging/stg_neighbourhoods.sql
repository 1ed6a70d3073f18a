-- model:  staging.stg_neighbourhoods
-- title:  Les quartiers, état par état | The neighbourhoods, state by state
-- grain:  neighbourhood_id, in_force_from
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: name | Nom | Name
-- column: population | Population | Population | hab.
-- column: population_year | Année de la population | Year of the population
-- column: population_source | Source de la population | Source of the population
-- column: lat | Latitude du centre de gravité | Latitude of the centroid | °
-- column: lon | Longitude du centre de gravité | Longitude of the centroid | °
-- column: altitude_m | Altitude | Altitude | m
-- column: in_force_from | Premier jour de cet état | First day of this state
-- column: in_force_to | Dernier jour de cet état | Last day of this state
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
WITH neighbourhoods AS (SELECT * FROM raw.neighbourhoods),

dated AS (
    SELECT
        *,
        year AS population_year,
        source AS population_source,
        coalesce(valid_from, DATE '0001-01-01') AS in_force_from,
        coalesce(valid_to, DATE '9999-12-31') AS told_to
    FROM neighbourhoods
),

stg_neighbourhoods AS (
    SELECT
        *,
        least(told_to, coalesce(lead(in_force_from) OVER history - INTERVAL 1 DAY, told_to))::DATE AS in_force_to
    FROM dated
    WINDOW history AS (PARTITION BY neighbourhood_id ORDER BY in_force_from)
)

SELECT
    neighbourhood_id, name, population, population_year, population_source, lat, lon, altitude_m, in_force_from, in_force_to,
    upload_id, line
FROM stg_neighbourhoods

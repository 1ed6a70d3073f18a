-- model:  intermediate.int_neighbourhood_week
-- title:  Les quartiers tels qu'ils sont connus le dimanche de chaque semaine | The neighbourhoods as known on the Sunday of each week
-- grain:  neighbourhood_id, iso_week
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: name | Nom | Name
-- column: population | Population | Population | hab.
-- column: population_year | Année de la population | Year of the population
-- column: population_source | Source de la population | Source of the population
-- column: lat | Latitude | Latitude | °
-- column: lon | Longitude | Longitude | °
-- column: altitude_m | Altitude | Altitude | m
WITH neighbourhoods AS (SELECT * FROM staging.stg_neighbourhoods),

weeks AS (SELECT * FROM reference.ref_week),

int_neighbourhood_week AS (
    SELECT neighbourhoods.*, weeks.iso_week, weeks.week_start
    FROM neighbourhoods
    INNER JOIN weeks ON weeks.week_end BETWEEN neighbourhoods.in_force_from AND neighbourhoods.in_force_to
)

SELECT
    neighbourhood_id, iso_week, week_start, name, population, population_year, population_source, lat, lon, altitude_m
FROM int_neighbourhood_week

-- model:  staging.stg_weather
-- title:  Le temps de chaque jour | Each day's weather
-- grain:  day
-- column: day | Jour | Day
-- column: temp_max_c | Température maximale | Maximum temperature | °C
-- column: rain_mm | Pluie | Rain | mm
-- column: wind_max_kmh | Vent maximal | Maximum wind | km/h
-- column: is_rain_day | Jour de pluie : au moins 1 mm (définition de l'OMM) | Rain day: 1 mm or more (WMO's definition)
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
WITH weather AS (SELECT * FROM raw.weather),

stg_weather AS (
    SELECT "date" AS day, temp_max_c, rain_mm, wind_max_kmh, rain_mm >= 1 AS is_rain_day, upload_id, line
    FROM weather
)

SELECT day, temp_max_c, rain_mm, wind_max_kmh, is_rain_day, upload_id, line
FROM stg_weather

-- model:  intermediate.int_weather_week
-- title:  Le temps de chaque semaine | The weather of each week
-- grain:  iso_week
-- column: iso_week | Semaine ISO | ISO week
-- column: n_rain_known_days | Jours dont la pluie est connue | Days whose rain is known | jours
-- column: rain_days | Jours de pluie (1 mm ou plus) parmi eux ; vide = aucun jour connu | Rain days (1 mm or more) among them; empty = no day known | jours
-- column: rain_mm | Pluie de ces jours | Rain of these days | mm
-- column: mean_temp_max_c | Moyenne des températures maximales | Mean of the maximum temperatures | °C
-- check:  rain_days <= n_rain_known_days
WITH weather AS (SELECT * FROM staging.stg_weather),

days AS (SELECT * FROM reference.ref_day WHERE is_in_scope),

int_weather_week AS (
    SELECT
        days.iso_week,
        count(weather.rain_mm) AS n_rain_known_days,
        CASE WHEN count(weather.rain_mm) > 0 THEN count(*) FILTER (WHERE weather.is_rain_day) END AS rain_days,
        sum(weather.rain_mm) AS rain_mm,
        avg(weather.temp_max_c) AS mean_temp_max_c
    FROM days
    LEFT JOIN weather ON days.day = weather.day
    GROUP BY days.iso_week
)

SELECT iso_week, n_rain_known_days, rain_days, rain_mm, mean_temp_max_c
FROM int_weather_week

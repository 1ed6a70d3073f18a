-- model:  intermediate.int_link_week
-- title:  Les chemins existants, le dimanche de chaque semaine | The existing ways, on the Sunday of each week
-- grain:  neighbourhood_id, mode, iso_week
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: mode | Mode | Mode
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: is_project | En projet : jamais ici | Project: never here
-- column: distance_m | Distance à pied : tout le chemin, ou jusqu'à l'arrêt | Distance on foot: the whole way, or to the stop | m
-- column: ascent_m | Dénivelé positif vers le centre | Ascent towards the centre | m
-- column: descent_m | Dénivelé négatif vers le centre | Descent towards the centre | m
-- column: out_min | Minutes à bord vers le centre | Minutes on board to the centre | min
-- column: back_min | Minutes à bord au retour | Minutes on board back | min
-- column: departures_per_hour | Départs par heure | Departures per hour | /h
-- column: first_departure | Premier départ | First departure
-- column: last_departure | Dernier départ | Last departure
-- check:  NOT is_project
WITH links AS (SELECT * FROM staging.stg_links WHERE NOT is_project),

weeks AS (SELECT * FROM reference.ref_week),

int_link_week AS (
    SELECT links.*, weeks.iso_week, weeks.week_start
    FROM links
    INNER JOIN weeks ON weeks.week_end BETWEEN links.in_force_from AND links.in_force_to
)

SELECT
    neighbourhood_id, mode, iso_week, week_start, is_project, distance_m, ascent_m, descent_m, out_min, back_min,
    departures_per_hour, first_departure, last_departure
FROM int_link_week

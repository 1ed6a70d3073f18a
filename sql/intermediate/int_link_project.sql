-- model:  intermediate.int_link_project
-- title:  Les chemins en projet, dans leur dernier état connu | The planned ways, in their last known state
-- grain:  neighbourhood_id, mode
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: mode | Mode | Mode
-- column: is_project | En projet : toujours ici | Project: always here
-- column: distance_m | Distance à pied : tout le chemin, ou jusqu'à l'arrêt | Distance on foot: the whole way, or to the stop | m
-- column: ascent_m | Dénivelé positif vers le centre | Ascent towards the centre | m
-- column: descent_m | Dénivelé négatif vers le centre | Descent towards the centre | m
-- column: out_min | Minutes à bord vers le centre | Minutes on board to the centre | min
-- column: back_min | Minutes à bord au retour | Minutes on board back | min
-- column: departures_per_hour | Départs par heure | Departures per hour | /h
-- column: first_departure | Premier départ | First departure
-- column: last_departure | Dernier départ | Last departure
-- column: obstacle | Obstacle | Obstacle
-- column: cost_eur | Coût ; vide = inconnu | Cost; empty = unknown | €
-- column: in_force_from | Premier jour de cet état, qui peut être à venir | First day of this state, which may be to come
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  is_project
WITH links AS (SELECT * FROM staging.stg_links WHERE is_project),

town AS (SELECT * FROM reference.ref_town),

-- A project that ended before the last Sunday was built or given up; one that starts later is still one.
int_link_project AS (
    SELECT links.*
    FROM links
    INNER JOIN town ON links.in_force_to >= town.last_week_start + 6
    QUALIFY row_number() OVER (PARTITION BY links.neighbourhood_id, links.mode ORDER BY links.in_force_from DESC) = 1
)

SELECT
    neighbourhood_id, mode, is_project, distance_m, ascent_m, descent_m, out_min, back_min, departures_per_hour,
    first_departure, last_departure, obstacle, cost_eur, in_force_from, upload_id, line
FROM int_link_project

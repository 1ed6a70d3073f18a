-- model:  staging.stg_links
-- title:  Les chemins des quartiers au centre, état par état | The ways from the neighbourhoods to the centre, state by state
-- grain:  neighbourhood_id, mode, is_project, in_force_from
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: mode | Mode : à pied, bus, navette, vélo | Mode: walk, bus, shuttle, bike
-- column: distance_m | Distance à pied : tout le chemin, ou jusqu'à l'arrêt | Distance on foot: the whole way, or to the stop | m
-- column: ascent_m | Dénivelé positif vers le centre | Ascent towards the centre | m
-- column: descent_m | Dénivelé négatif vers le centre | Descent towards the centre | m
-- column: out_min | Minutes à bord vers le centre | Minutes on board to the centre | min
-- column: back_min | Minutes à bord au retour | Minutes on board back | min
-- column: departures_per_hour | Départs par heure | Departures per hour | /h
-- column: first_departure | Premier départ | First departure
-- column: last_departure | Dernier départ | Last departure
-- column: obstacle | Obstacle | Obstacle
-- column: is_project | En projet ; vide dans le fichier = existant | Project; empty in the file = existing
-- column: cost_eur | Coût d'un projet ; vide = inconnu | Cost of a project; empty = unknown | €
-- column: in_force_from | Premier jour de cet état | First day of this state
-- column: in_force_to | Dernier jour de cet état | Last day of this state
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
WITH links AS (SELECT * FROM raw.links),

dated AS (
    SELECT
        * REPLACE (coalesce(is_project, FALSE) AS is_project),
        coalesce(valid_from, DATE '0001-01-01') AS in_force_from,
        coalesce(valid_to, DATE '9999-12-31') AS told_to
    FROM links
),

stg_links AS (
    SELECT
        *,
        least(told_to, coalesce(lead(in_force_from) OVER history - INTERVAL 1 DAY, told_to))::DATE AS in_force_to
    FROM dated
    WINDOW history AS (PARTITION BY neighbourhood_id, mode, is_project ORDER BY in_force_from)
)

SELECT
    neighbourhood_id, mode, distance_m, ascent_m, descent_m, out_min, back_min, departures_per_hour, first_departure,
    last_departure, obstacle, is_project, cost_eur, in_force_from, in_force_to, upload_id, line
FROM stg_links

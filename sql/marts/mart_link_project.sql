-- model:  marts.mart_link_project
-- title:  Ce que chaque chemin en projet apporterait à son quartier | What each planned way would bring to its neighbourhood
-- grain:  town, neighbourhood_id, mode
-- column: town | Ville | Town
-- column: neighbourhood_id | Quartier | Neighbourhood
-- column: mode | Mode : à pied, bus, navette, vélo | Mode: walk, bus, shuttle, bike
-- column: iso_week | Dernière semaine publiée : le projet est comparé aux chemins de ce dimanche-là | Last published week: the project is compared with the ways of that Sunday
-- column: is_demo | Données simulées | Simulated data
-- column: name | Nom du quartier ; vide = quartier inconnu cette semaine-là | Name of the neighbourhood; empty = not known in that week
-- column: population | Population | Population | hab.
-- column: obstacle | Obstacle | Obstacle
-- column: best_mode | Mode existant le plus rapide | Fastest existing mode
-- column: best_min | Moyenne d'un sens par ce mode | Mean of one way by that mode | min
-- column: project_out_min | Minutes vers le centre par le projet : marche, attente, trajet | Minutes to the centre by the project: walk, wait, ride | min
-- column: project_back_min | Minutes au retour par le projet | Minutes back by the project | min
-- column: project_min | Moyenne d'un sens par le projet ; vide = durée inconnue | Mean of one way by the project; empty = duration unknown | min
-- column: is_estimated | Une donnée du projet manquait et a été supposée (horaires, dénivelé) | Something of the project was not told and was assumed (hours, climb)
-- column: minutes_saved | Minutes gagnées par habitant, aller et retour, projet pris seul ; 0 = pas plus rapide | Minutes saved per inhabitant, there and back, the project taken alone; 0 = not faster | min
-- column: inhabitant_minutes_saved | Les mêmes × population du quartier | The same × population of the neighbourhood | hab. × min
-- column: access_score | Accès du quartier aujourd'hui, 100 = aussi près que la référence | Access of the neighbourhood today, 100 = as near as the reference
-- column: access_score_if_built | Accès du quartier si le projet est fait | Access of the neighbourhood if it is built
-- column: access_score_gain | Gain d'accès du quartier | Gain of access of the neighbourhood | points
-- column: town_access_score_gain | Gain d'accès de la ville, pondéré par la population | Gain of access of the town, weighted by population | points
-- column: cost_eur | Coût déclaré ; vide = inconnu | Declared cost; empty = unknown | €
-- column: inhabitant_minutes_saved_per_1000_eur | Minutes-habitants gagnées par aller et retour, pour 1 000 € ; vide sans coût | Inhabitant-minutes saved per return journey, per €1,000; empty without a cost | hab. × min/1000 €
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  minutes_saved >= 0
-- check:  access_score_gain >= 0
-- check:  cost_eur IS NOT NULL OR inhabitant_minutes_saved_per_1000_eur IS NULL
WITH projects AS (SELECT * FROM intermediate.int_link_project),

effects AS (SELECT * FROM analytics.link_project),

town AS (SELECT * FROM reference.ref_town),

neighbourhoods AS (SELECT * FROM intermediate.int_neighbourhood_week),

accesses AS (SELECT * FROM analytics.neighbourhood_access_week),

weeks AS (SELECT * FROM reference.ref_week),

mart_link_project AS (
    SELECT
        town.town,
        town.is_demo,
        weeks.iso_week,
        projects.* EXCLUDE (is_project, distance_m, in_force_from),
        neighbourhoods.name,
        neighbourhoods.population,
        accesses.best_mode,
        accesses.best_min,
        effects.* EXCLUDE (neighbourhood_id, mode)
    FROM projects
    CROSS JOIN town
    INNER JOIN weeks ON town.last_week_start = weeks.week_start
    LEFT JOIN neighbourhoods
        ON projects.neighbourhood_id = neighbourhoods.neighbourhood_id AND weeks.week_start = neighbourhoods.week_start
    LEFT JOIN accesses
        ON projects.neighbourhood_id = accesses.neighbourhood_id AND weeks.week_start = accesses.week_start
    LEFT JOIN effects ON projects.neighbourhood_id = effects.neighbourhood_id AND projects.mode = effects.mode
)

SELECT
    town, neighbourhood_id, mode, iso_week, is_demo, name, population, obstacle, best_mode, best_min, project_out_min,
    project_back_min, project_min, is_estimated, minutes_saved, inhabitant_minutes_saved, access_score, access_score_if_built,
    access_score_gain, town_access_score_gain, cost_eur, inhabitant_minutes_saved_per_1000_eur, upload_id, line
FROM mart_link_project

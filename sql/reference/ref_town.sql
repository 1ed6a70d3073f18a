-- model:  reference.ref_town
-- title:  La ville et ses réglages | The town and its settings
-- grain:  town
-- column: town | Identifiant de la ville | Identifier of the town
-- column: name | Nom | Name
-- column: insee_code | Code Insee | Insee code
-- column: timezone | Fuseau horaire | Time zone
-- column: is_demo | Données simulées | Simulated data
-- column: population | Population | Population | hab.
-- column: baseline_year | Année de base des indices | Base year of the indices
-- column: opening_from | Heure d'ouverture habituelle des commerces | Usual opening hour of shops | h
-- column: opening_to | Heure de fermeture habituelle des commerces | Usual closing hour of shops | h
-- column: centre_lat | Latitude du centre | Latitude of the centre | °
-- column: centre_lon | Longitude du centre | Longitude of the centre | °
-- column: centre_altitude_m | Altitude du centre | Altitude of the centre | m
-- column: detour_factor | Rapport du chemin à pied à la ligne droite | Walking distance over straight line
-- column: attractiveness_measure | Ce qu'est l'attrait déclaré des centres, et sa source | What the declared attractiveness of the centres is, and its source
-- column: first_week_start | Lundi de la première semaine publiée | Monday of the first week published
-- column: last_week_start | Lundi de la dernière semaine complète | Monday of the last complete week
-- column: as_of | Jour de référence de la construction | Reference day of the build
-- check:  opening_from < opening_to
WITH ref_town AS (SELECT * FROM raw.town)

SELECT
    town, name, insee_code, timezone, is_demo, population, baseline_year, opening_from, opening_to, centre_lat, centre_lon,
    centre_altitude_m, detour_factor, attractiveness_measure, first_week_start, last_week_start, as_of
FROM ref_town

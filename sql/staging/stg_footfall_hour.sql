-- model:  staging.stg_footfall_hour
-- title:  Ce que chaque compteur dit de chaque heure locale, sens et pas réunis | What each counter says of each local hour, directions and steps together
-- kept:   view
-- grain:  counter_id, day, hour
-- column: counter_id | Compteur | Counter
-- column: day | Jour local du début | Local day of the start
-- column: hour | Heure locale du début ; un intervalle plus long est tout entier à la sienne, l'heure doublée d'automne est une | Local hour of the start; a longer interval stands whole at its own, the doubled autumn hour is one | h
-- column: first_start_utc | Début du premier intervalle, temps universel | Start of the first interval, universal time
-- column: received_hours | Heures reçues, comptées ou non | Hours received, counted or not | h
-- column: measured_hours | Heures comptées | Hours counted | h
-- column: opening_measured_hours | Heures comptées pendant l'ouverture des commerces | Hours counted while shops are open | h
-- column: outage_hours | Heures en panne | Hours of outage | h
-- column: stuck_hours | Heures bloquées | Stuck hours | h
-- column: outlier_hours | Heures anormales, gardées | Unusual hours, kept | h
-- column: one_direction_hours | Heures où un seul sens est compté : rien n'est dit du total | Hours with one direction only: nothing is said of the total | h
-- column: passages | Passages : le total, sinon entrants + sortants ; vide = non compté | Passages: both, else in + out; empty = not counted | passages
-- column: passages_in | Passages entrants, là où les deux sens sont comptés | Passages in, where both directions are counted | passages
-- column: passages_out | Passages sortants, là où les deux sens sont comptés | Passages out, where both directions are counted | passages
-- check:  received_hours > 0
-- check:  passages >= 0
WITH stg_footfall_hour AS (SELECT * FROM raw.footfall_hour)

SELECT
    counter_id, day, hour, first_start_utc, received_hours, measured_hours, opening_measured_hours, outage_hours, stuck_hours,
    outlier_hours, one_direction_hours, passages, passages_in, passages_out
FROM stg_footfall_hour

-- model:  marts.mart_index_receipt_week
-- title:  Le reçu de l'indice d'attractivité, indicateur par indicateur | The receipt of the attractiveness index, indicator by indicator
-- grain:  town, iso_week, indicator
-- column: town | Ville | Town
-- column: iso_week | Semaine ISO | ISO week
-- column: indicator | Indicateur, ou composition : ce que font d'eux-mêmes les indicateurs qui entrent ou sortent | Indicator, or composition: what those that enter or leave do by themselves
-- column: week_start | Lundi | Monday
-- column: is_demo | Données simulées | Simulated data
-- column: pillar | Pilier | Pillar
-- column: value | Valeur ; vide = manquante, n'entre pas | Value; empty = missing, does not enter
-- column: is_held | Valeur de la dernière semaine connue, tenue quatre semaines au plus : le fichier des événements est en retard ; vide pour la composition | Value of the last known week, held for four weeks at most: the file of events is late; empty for the composition
-- column: value_low | Borne basse à 95 % de la valeur : hasard des passages ; vide = compté en entier | Lower limit of the value at 95 %: chance of the passages; empty = a full count
-- column: value_high | Borne haute à 95 % | Upper limit at 95 %
-- column: score | Note de 1 à 100 sur les bornes figées ; vide = valeur manquante, ou bornes pas encore figées | Score from 1 to 100 on the frozen goalposts; empty = missing value, or goalposts not frozen yet
-- column: weight | Poids effectif dans l'indice de la semaine ; 0 = absent | Effective weight in the index of the week; 0 = absent
-- column: previous_iso_week | Semaine comparée : la dernière qui a un indice | Week compared with: the last one that has an index
-- column: previous_value | Valeur de la semaine comparée | Value of the week compared with
-- column: contribution | Part de la variation du logarithme de l'indice ; la somme fait la variation | Part of the change of the log of the index; they sum to the change
-- column: points | La même en points d'indice ; la somme fait la variation | The same in index points; they sum to the change | points
-- column: status | Entré (entered), sorti (left), présent (present) ou absent (absent) par rapport à la semaine comparée | Entered, left, present or absent as against the week compared with
-- check:  score BETWEEN 1 AND 100
-- check:  weight BETWEEN 0 AND 1
WITH scores AS (SELECT * FROM analytics.indicator_score_week),

receipts AS (SELECT * FROM analytics.index_receipt_week),

unsure_values AS (SELECT * FROM analytics.indicator_value_week),

indicator_weeks AS (SELECT * FROM intermediate.int_indicator_week),

weeks AS (SELECT * FROM reference.ref_week),

town AS (SELECT * FROM reference.ref_town),

compared_weeks AS (SELECT DISTINCT week_start, previous_week_start FROM receipts),

lines AS (
    SELECT week_start, indicator, pillar, value, score, weight FROM scores
    UNION ALL
    SELECT week_start, indicator, NULL AS pillar, NULL AS value, NULL AS score, NULL AS weight
    FROM receipts
    WHERE indicator = 'composition'
),

mart_index_receipt_week AS (
    SELECT
        town.town,
        town.is_demo,
        lines.*,
        weeks.iso_week,
        previous_weeks.iso_week AS previous_iso_week,
        indicator_weeks.is_held,
        unsure_values.value_low,
        unsure_values.value_high,
        previous_scores.value AS previous_value,
        receipts.contribution,
        receipts.points,
        CASE
            WHEN lines.indicator = 'composition' OR previous_weeks.iso_week IS NULL THEN NULL
            WHEN lines.score IS NULL AND previous_scores.score IS NULL THEN 'absent'
            WHEN lines.score IS NULL THEN 'left'
            WHEN previous_scores.score IS NULL THEN 'entered'
            ELSE 'present'
        END AS status
    FROM lines
    CROSS JOIN town
    INNER JOIN weeks ON lines.week_start = weeks.week_start
    LEFT JOIN compared_weeks ON lines.week_start = compared_weeks.week_start
    LEFT JOIN weeks AS previous_weeks ON compared_weeks.previous_week_start = previous_weeks.week_start
    LEFT JOIN scores AS previous_scores
        ON compared_weeks.previous_week_start = previous_scores.week_start AND lines.indicator = previous_scores.indicator
    LEFT JOIN unsure_values ON lines.week_start = unsure_values.week_start AND lines.indicator = unsure_values.indicator
    LEFT JOIN indicator_weeks
        ON lines.week_start = indicator_weeks.week_start AND lines.indicator = indicator_weeks.indicator
    LEFT JOIN receipts ON lines.week_start = receipts.week_start AND lines.indicator = receipts.indicator
)

SELECT
    town, iso_week, indicator, week_start, is_demo, pillar, value, is_held, value_low, value_high, score, weight,
    previous_iso_week, previous_value, contribution, points, status
FROM mart_index_receipt_week

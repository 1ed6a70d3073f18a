-- model:  intermediate.int_footfall_record
-- title:  Les semaines qui font un record de passages | The weeks that set a record of passages
-- grain:  iso_week
-- column: iso_week | Semaine ISO | ISO week
-- column: is_footfall_record_high | Indice de passages plus haut que toutes les semaines d'avant | Index of passages above all weeks before
-- column: is_footfall_record_low | Indice de passages plus bas que toutes les semaines d'avant | Index of passages below all weeks before
WITH weeks AS (SELECT * FROM reference.ref_week),

levels AS (SELECT * FROM analytics.footfall_level_week),

footfall AS (SELECT * FROM intermediate.int_footfall_week),

-- A week of which more than 5 % is estimated neither sets a record nor stands as one.
eligible AS (
    SELECT
        weeks.iso_week,
        weeks.week_start,
        levels.footfall_index,
        CASE WHEN footfall.imputed_share <= 0.05 THEN levels.footfall_index END AS counted_index
    FROM weeks
    INNER JOIN levels ON weeks.week_start = levels.week_start
    INNER JOIN footfall ON weeks.iso_week = footfall.iso_week
),

-- Before a year of weeks is known, every busy season would be a record.
int_footfall_record AS (
    SELECT
        iso_week,
        CASE
            WHEN footfall_index IS NOT NULL AND count(counted_index) OVER before >= 52
                THEN coalesce(counted_index > max(counted_index) OVER before, FALSE)
        END AS is_footfall_record_high,
        CASE
            WHEN footfall_index IS NOT NULL AND count(counted_index) OVER before >= 52
                THEN coalesce(counted_index < min(counted_index) OVER before, FALSE)
        END AS is_footfall_record_low
    FROM eligible
    WINDOW before AS (ORDER BY week_start ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)

SELECT iso_week, is_footfall_record_high, is_footfall_record_low
FROM int_footfall_record

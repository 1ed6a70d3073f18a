-- model:  staging.stg_benchmarks
-- title:  Les chiffres publiés des communes | The published figures of towns
-- grain:  insee_code, indicator, year
-- column: insee_code | Code Insee | Insee code
-- column: town_name | Commune | Town
-- column: indicator | Indicateur | Indicator
-- column: year | Année | Year
-- column: value | Valeur publiée | Published value
-- column: population | Population | Population | hab.
-- column: source | Source | Source
-- column: definition | Définition | Definition
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  population > 0
WITH stg_benchmarks AS (SELECT * FROM raw.benchmarks)

SELECT insee_code, town_name, indicator, year, value, population, source, definition, upload_id, line
FROM stg_benchmarks

-- model:  staging.stg_counters
-- title:  Les compteurs, état par état | The counters, state by state
-- grain:  counter_id, in_force_from
-- column: counter_id | Compteur | Counter
-- column: name | Nom | Name
-- column: lat | Latitude | Latitude | °
-- column: lon | Longitude | Longitude | °
-- column: gateway_neighbourhood_id | Quartier dont il observe le chemin vers le centre | Neighbourhood whose way to the centre it watches
-- column: is_in_centre | Dans le centre | In the centre
-- column: step_min | Pas de temps | Step | min
-- column: sensitivity_period | Période de sensibilité déclarée | Declared sensitivity period
-- column: replaces_counter_id | Compteur qu'il remplace | Counter that it replaces
-- column: period_no | Rang de la période de sensibilité : augmente à chaque rupture | Rank of the sensitivity period: rises at each break
-- column: in_force_from | Premier jour de cet état | First day of this state
-- column: in_force_to | Dernier jour de cet état | Last day of this state
-- column: upload_id | Dépôt | Upload
-- column: line | Ligne du fichier reçu | Line of the file received
-- check:  period_no >= 1
WITH counters AS (SELECT * FROM raw.counters),

dated AS (
    SELECT
        *,
        coalesce(valid_from, DATE '0001-01-01') AS in_force_from,
        coalesce(valid_to, DATE '9999-12-31') AS told_to
    FROM counters
),

compared AS (
    -- A state that nobody closed ends where the next one begins, else a day would have two states.
    SELECT
        *,
        least(told_to, coalesce(lead(in_force_from) OVER history - INTERVAL 1 DAY, told_to))::DATE AS in_force_to,
        coalesce(sensitivity_period, '') <> lag(coalesce(sensitivity_period, '')) OVER history AS is_break
    FROM dated
    WINDOW history AS (PARTITION BY counter_id ORDER BY in_force_from)
),

stg_counters AS (
    SELECT
        *,
        1 + count(*) FILTER (WHERE is_break) OVER (PARTITION BY counter_id ORDER BY in_force_from) AS period_no
    FROM compared
)

SELECT
    counter_id, name, lat, lon, gateway_neighbourhood_id, is_in_centre, step_min, sensitivity_period, replaces_counter_id, period_no,
    in_force_from, in_force_to, upload_id, line
FROM stg_counters

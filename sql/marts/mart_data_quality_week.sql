-- model:  marts.mart_data_quality_week
-- title:  La qualité des données, flux par flux : lignes par semaine de réception, heures par semaine des comptages | The quality of the data by feed: lines by week of reception, hours by week of the counts
-- grain:  feed, iso_week
-- column: town | Ville | Town
-- column: feed | Flux | Feed
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: is_demo | Données simulées | Simulated data
-- column: n_uploads | Dépôts reçus cette semaine ; ceux d'après le jour de référence comptent à ce jour | Uploads received that week; those after the reference day count on that day | dépôts
-- column: n_uploads_not_used | Dépôts en attente, refusés ou retirés | Uploads waiting, refused or withdrawn | dépôts
-- column: rows_read | Lignes de données lues | Lines of data read | lignes
-- column: rows_accepted | Lignes acceptées | Lines accepted | lignes
-- column: rows_rejected | Lignes refusées | Lines rejected | lignes
-- column: rows_blank | Lignes vides | Blank lines | lignes
-- column: rows_repeated_header | En-têtes répétés | Repeated headers | lignes
-- column: rows_repaired | Lignes réparées, parmi les acceptées | Lines repaired, among those accepted | lignes
-- column: rejected_share | Part des lignes refusées | Share of lines rejected
-- column: values_superseded | Valeurs de ces dépôts remplacées depuis par un autre | Values of these uploads superseded since by another | valeurs
-- column: days_since_last_upload | Fraîcheur : jours entre le dernier dépôt utilisé et le dimanche ; vide = aucun encore | Freshness: days between the last upload used and Sunday; empty = none yet | jours
-- column: known_from | Événements : lundi de la première semaine connue ; vide pour les autres flux | Events: Monday of the first week that is known; empty for the other feeds
-- column: known_until | Événements et commerces : dernier jour connu, tous dépôts réunis ; vide pour les autres flux | Events and shops: last day that is known, by all uploads together; empty for the other feeds
-- column: expected_hours | Comptages : heures attendues de cette semaine | Counts: hours expected of that week | h
-- column: counted_hours | Comptages : heures comptées | Counts: hours counted | h
-- column: missing_hours | Comptages : heures manquantes, pannes et blocages compris | Counts: hours missing, outages and stuck hours included | h
-- column: outage_hours | Comptages : heures en panne | Counts: hours of outage | h
-- column: stuck_hours | Comptages : heures bloquées | Counts: stuck hours | h
-- column: outlier_hours | Comptages : heures anormales, gardées | Counts: unusual hours, kept | h
-- column: out_of_service_hours | Comptages : heures comptées hors validité du compteur, qui n'entrent dans aucun chiffre de la ville | Counts: hours counted outside the counter's validity, which enter no figure of the town | h
-- column: overlap_values | Comptages : valeurs mises de côté, d'autres disant les mêmes heures (staging.stg_footfall_set_aside) | Counts: values set aside, others telling the same hours (staging.stg_footfall_set_aside) | valeurs
-- column: overlap_difference | Comptages : ce que ces valeurs disaient de plus (+) ou de moins (−), là où les deux sont comparables | Counts: what these values said more (+) or less (−), where both can be compared | passages
-- column: coverage_share | Comptages : heures comptées / heures attendues | Counts: hours counted / hours expected
-- check:  rows_read = rows_accepted + rows_rejected + rows_blank + rows_repeated_header
-- check:  abs(counted_hours + missing_hours - expected_hours) < 0.001
-- check:  rejected_share BETWEEN 0 AND 1
WITH uploads AS (SELECT * FROM staging.stg_uploads),

counter_days AS (SELECT * FROM intermediate.int_counter_day),

set_aside AS (SELECT * FROM staging.stg_footfall_set_aside),

horizons AS (SELECT * FROM intermediate.int_feed_horizon),

days AS (SELECT * FROM reference.ref_day),

town AS (SELECT * FROM reference.ref_town),

weeks AS (SELECT iso_week, week_start, bool_or(is_in_scope) AS is_in_scope FROM days GROUP BY iso_week, week_start),

feeds AS (SELECT DISTINCT feed FROM uploads),

receptions AS (
    SELECT
        uploads.feed,
        days.iso_week,
        count(*) AS n_uploads,
        count(*) FILTER (WHERE NOT uploads.is_in_build) AS n_uploads_not_used,
        sum(uploads.rows_read)::BIGINT AS rows_read,
        sum(uploads.rows_accepted)::BIGINT AS rows_accepted,
        sum(uploads.rows_rejected)::BIGINT AS rows_rejected,
        sum(uploads.rows_blank)::BIGINT AS rows_blank,
        sum(uploads.rows_repeated_header)::BIGINT AS rows_repeated_header,
        sum(uploads.rows_repaired)::BIGINT AS rows_repaired,
        sum(coalesce(uploads.values_superseded, 0))::BIGINT AS values_superseded,
        max(CASE WHEN uploads.is_in_build THEN uploads.received_day END) AS last_received_day
    FROM uploads
    INNER JOIN days ON uploads.received_day = days.day
    GROUP BY uploads.feed, days.iso_week
),

counts AS (
    SELECT
        'footfall' AS feed,
        iso_week,
        coalesce(sum(expected_hours) FILTER (WHERE is_in_service), 0) AS expected_hours,
        coalesce(sum(measured_hours) FILTER (WHERE is_in_service), 0) AS counted_hours,
        coalesce(sum(outage_hours) FILTER (WHERE is_in_service), 0) AS outage_hours,
        coalesce(sum(stuck_hours) FILTER (WHERE is_in_service), 0) AS stuck_hours,
        coalesce(sum(outlier_hours) FILTER (WHERE is_in_service), 0) AS outlier_hours,
        coalesce(sum(measured_hours) FILTER (WHERE NOT is_in_service), 0) AS out_of_service_hours
    FROM counter_days
    GROUP BY iso_week
),

-- As for the counts that are used: the total, else both directions together.
overlapping AS (
    SELECT
        day,
        count(*) AS n_values,
        coalesce(
            max(difference) FILTER (WHERE direction = 'both'),
            max(difference) FILTER (WHERE direction = 'in') + max(difference) FILTER (WHERE direction = 'out')
        ) AS difference
    FROM set_aside
    GROUP BY counter_id, start_utc, end_utc, day
),

overlap_weeks AS (
    SELECT
        'footfall' AS feed,
        days.iso_week,
        sum(overlapping.n_values)::BIGINT AS overlap_values,
        sum(overlapping.difference) AS overlap_difference
    FROM overlapping
    INNER JOIN days ON overlapping.day = days.day
    GROUP BY days.iso_week
),

mart_data_quality_week AS (
    SELECT
        town.town,
        town.is_demo,
        feeds.feed,
        weeks.iso_week,
        weeks.week_start,
        receptions.* EXCLUDE (feed, iso_week, last_received_day),
        max(receptions.last_received_day) OVER (PARTITION BY feeds.feed ORDER BY weeks.week_start) AS last_received_day,
        horizons.known_from,
        horizons.known_until,
        counts.* EXCLUDE (feed, iso_week),
        CASE WHEN feeds.feed = 'footfall' THEN coalesce(overlap_weeks.overlap_values, 0) END AS overlap_values,
        overlap_weeks.overlap_difference
    FROM feeds
    CROSS JOIN weeks
    CROSS JOIN town
    LEFT JOIN receptions ON feeds.feed = receptions.feed AND weeks.iso_week = receptions.iso_week
    LEFT JOIN horizons ON feeds.feed = horizons.feed
    LEFT JOIN counts ON feeds.feed = counts.feed AND weeks.iso_week = counts.iso_week
    LEFT JOIN overlap_weeks ON feeds.feed = overlap_weeks.feed AND weeks.iso_week = overlap_weeks.iso_week
    QUALIFY weeks.is_in_scope OR receptions.n_uploads IS NOT NULL
)

SELECT
    town,
    feed,
    iso_week,
    week_start,
    is_demo,
    coalesce(n_uploads, 0) AS n_uploads,
    coalesce(n_uploads_not_used, 0) AS n_uploads_not_used,
    coalesce(rows_read, 0) AS rows_read,
    coalesce(rows_accepted, 0) AS rows_accepted,
    coalesce(rows_rejected, 0) AS rows_rejected,
    coalesce(rows_blank, 0) AS rows_blank,
    coalesce(rows_repeated_header, 0) AS rows_repeated_header,
    coalesce(rows_repaired, 0) AS rows_repaired,
    rows_rejected / nullif(rows_read, 0) AS rejected_share,
    coalesce(values_superseded, 0) AS values_superseded,
    week_start + 6 - last_received_day AS days_since_last_upload,
    known_from,
    known_until,
    expected_hours,
    counted_hours,
    expected_hours - counted_hours AS missing_hours,
    outage_hours,
    stuck_hours,
    outlier_hours,
    out_of_service_hours,
    overlap_values,
    overlap_difference,
    counted_hours / nullif(expected_hours, 0) AS coverage_share
FROM mart_data_quality_week

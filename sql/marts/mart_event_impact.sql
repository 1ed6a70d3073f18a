-- model:  marts.mart_event_impact
-- title:  Ce que chaque événement a apporté, à quel prix et avec quelle certitude | What each event brought, at what price and how surely
-- grain:  event_id
-- column: town | Ville | Town
-- column: event_id | Événement : identifiant, ou titre et début | Event: identifier, or title and start
-- column: title | Titre | Title
-- column: is_demo | Données simulées | Simulated data
-- column: kind | Type | Kind
-- column: status | Statut déclaré | Status declared
-- column: first_day | Premier jour | First day
-- column: last_day | Dernier jour | Last day
-- column: iso_week | Semaine ISO du premier jour publié | ISO week of the first published day
-- column: place | Lieu | Place
-- column: neighbourhood_id | Quartier, ou centre | Neighbourhood, or centre
-- column: organiser | Organisateur | Organiser
-- column: full_cost_eur | Coût complet ; vide = inconnu | Full cost; empty = unknown | €
-- column: declared_attendance | Fréquentation déclarée | Declared attendance | pers.
-- column: measured_at | Où il est mesuré : centre (compteurs du centre) ou gateway (compteurs de la porte de son quartier) | Where it is measured: centre (counters of the centre) or gateway (counters of its neighbourhood's gateway)
-- column: n_event_days | Jours de l'événement dans les semaines publiées | Days of the event within the published weeks | jours
-- column: n_event_days_compared | Jours de l'événement qui ont au moins un jour comparable | Days of the event that have a comparable day | jours
-- column: n_days_compared | Jours comparables : même jour de semaine dans les quatre semaines d'avant, comptés, sans autre événement ni jour férié propre à l'un des deux, sans rupture de sensibilité | Comparable days: same weekday in the four weeks before, counted, without an event or public holiday that only one of them has, without a break of sensitivity | jours
-- column: n_counters | Compteurs comparés à ces jours, parmi ceux qui voient l'événement | Counters compared with these days, of those that see the event | compteurs
-- column: passages | Passages de ces compteurs les jours comparés de l'événement | Passages of these counters on the event days compared | passages
-- column: passages_of_4_same_weekdays | Moyenne des jours comparables, mêmes compteurs, sommée sur les jours de l'événement | Mean of the comparable days, same counters, summed over the event days | passages
-- column: difference_vs_4_same_weekdays | Différence ; ce n'est pas une preuve d'effet | Difference; it is no proof of an effect | passages
-- column: difference_vs_4_same_weekdays_share | Troisième avis : différence rapportée à cette moyenne | Third opinion: difference over that mean
-- column: observed_passages | Passages aux compteurs qui entrent, sur tout l'événement | Passages at the counters that enter, over the whole event | passages
-- column: expected_passages | Passages attendus sans l'événement (modèle espace-état sur les 12 semaines d'avant) | Passages expected without the event (state-space model on the 12 weeks before) | passages
-- column: uplift_passages | Passages en plus : observés moins attendus | Extra passages: observed less expected | passages
-- column: uplift_passages_low | Borne basse à 95 %, étalonnée sur les placebos | Lower limit at 95 %, calibrated on placebos | passages
-- column: uplift_passages_high | Borne haute à 95 %, étalonnée sur les placebos | Upper limit at 95 %, calibrated on placebos | passages
-- column: uplift_share | Effet : passages en plus, en part des attendus | Effect: extra passages as a share of those expected
-- column: uplift_share_low | Borne basse à 95 % | Lower limit at 95 %
-- column: uplift_share_high | Borne haute à 95 % | Upper limit at 95 %
-- column: n_counters_entered | Compteurs qui entrent : ceux qui voient l'événement, comptés et prévus tous ses jours, dans une même période de sensibilité | Counters that enter: those that see the event, counted and forecast on all its days, within one sensitivity period | compteurs
-- column: counters_entered | Ces compteurs | These counters
-- column: allowed_for | Ce dont la prévision tient compte (jours fériés, vacances, pluie, température ; control_level = niveau des témoins déclarés) | What the forecast allows for (public and school holidays, rain, temperature; control_level = level of the declared controls)
-- column: n_placebos | Placebos : fenêtres passées de même durée, sans événement, où la même méthode a été essayée | Placebos: past windows of the same length without an event on which the same method was tried | fenêtres
-- column: placebo_weekdays | Jours de semaine des placebos : same = les mêmes, any = tous, faute d'assez des mêmes | Weekdays of the placebos: same, or any for want of enough
-- column: n_placebos_checked | Placebos dont l'intervalle, fait de ceux d'avant, a pu être vérifié | Placebos whose interval, made of those before, could be checked | fenêtres
-- column: placebo_coverage_share | Couverture mesurée : part de ces intervalles à 95 % qui contenaient bien 0 | Measured coverage: share of these 95 % intervals that did hold 0
-- column: smallest_detectable_share | Plus petit effet que ces compteurs auraient vu quatre fois sur cinq, en part | Smallest effect that these counters would have seen four times in five, as a share
-- column: smallest_detectable_passages | Le même en passages | The same in passages | passages
-- column: synthetic_control_share | Deuxième avis : effet face au contrôle synthétique fait des témoins | Second opinion: effect against the synthetic control made of the controls
-- column: verdict | Verdict : proven, not_proven ou undetectable | Verdict: proven, not_proven or undetectable
-- column: verdict_fr | Verdict : prouvé, non prouvé ou indétectable | Verdict in French
-- column: verdict_en | Verdict en anglais | Verdict: proven, not proven or undetectable
-- column: is_above_threshold | L'intervalle dépasse l'effet visé ; vide sans effet visé ou sans intervalle | The interval lies above the effect aimed at; empty without one, or without an interval
-- column: displacement_passages | Déplacement : passages en plus (ou en moins) aux autres compteurs, sans autre événement | Displacement: extra (or fewer) passages at the other counters, without another event | passages
-- column: displacement_passages_low | Borne basse à 95 % | Lower limit at 95 % | passages
-- column: displacement_passages_high | Borne haute à 95 % | Upper limit at 95 % | passages
-- column: net_uplift_passages | Effet net : passages en plus, déplacement compris | Net effect: extra passages, displacement included | passages
-- column: net_uplift_passages_low | Borne basse à 95 % | Lower limit at 95 % | passages
-- column: net_uplift_passages_high | Borne haute à 95 % | Upper limit at 95 % | passages
-- column: rebound_passages | Contrecoup : passages en plus (ou en moins) la semaine d'après | Rebound: extra (or fewer) passages the week after | passages
-- column: rebound_passages_low | Borne basse à 95 % | Lower limit at 95 % | passages
-- column: rebound_passages_high | Borne haute à 95 % | Upper limit at 95 % | passages
-- column: cost_per_extra_visit_eur | Coût complet par passage en plus ; vide = non déterminable | Full cost per extra passage; empty = not determinable | €
-- column: cost_per_extra_visit_eur_low | Borne basse à 95 % | Lower limit at 95 % | €
-- column: cost_per_extra_visit_eur_high | Borne haute à 95 % | Upper limit at 95 % | €
-- column: cost_reason | Pourquoi ce coût manque : not_determinable (l'intervalle contient 0), no_gain, cost_unknown, no_interval | Why that cost is missing: not_determinable (the interval holds 0), no_gain, cost_unknown, no_interval
-- column: cost_reason_fr | Pourquoi ce coût manque, en français | Why that cost is missing, in French
-- column: cost_reason_en | Pourquoi ce coût manque, en anglais | Why that cost is missing, in English
-- column: missing_reason | Pourquoi l'estimation ou son intervalle manque ; vide = rien ne manque | Why the estimate or its interval is missing; empty = nothing is
-- column: missing_reason_fr | Pourquoi, en français | Why, in French
-- column: missing_reason_en | Pourquoi, en anglais | Why, in English
-- column: n_shared_days | Jours où un autre événement touche les mêmes compteurs : l'effet est celui de tous | Days on which another event touches the same counters: the effect is that of all of them | jours
-- column: overlapping_events | Ces autres événements | These other events
-- column: events_of_week_after | Événements des sept jours d'après aux mêmes compteurs, qui se mêlent au contrecoup | Events of the seven days after at the same counters, which mix with the rebound
-- column: control_counters | Compteurs témoins déclarés ; vide = tous ceux qui ne voient pas l'événement | Control counters declared; empty = all those that do not see the event
-- column: threshold_share | Effet visé, en part des passages | Effect aimed at, as a share of the passages
-- column: is_preregistered | Annoncé avant de commencer | Told before it began
-- column: registered_at | Annonce retenue : dernier envoi d'avant le début (UTC) | Registration: the last upload before the start (UTC)
-- column: registered_first_day | Premier jour annoncé | First day told
-- column: registered_last_day | Dernier jour annoncé | Last day told
-- column: registered_control_counters | Compteurs témoins annoncés | Control counters told
-- column: registered_threshold_share | Effet visé annoncé | Effect aimed at, as told
-- column: changed_after_start | Ce qui a changé depuis, le calcul suivant la dernière version : window (jours), controls (témoins), threshold (effet visé) ; vide = rien | What has changed since, the computation following the last version: window, controls, threshold; empty = nothing
-- column: coverage_share | Couverture : heures comptées / attendues aux compteurs qui voient l'événement, ses jours | Coverage: hours counted / expected at the counters that see the event, on its days
-- column: measured_share | Part des heures comptées sans étalonnage ; avec les deux suivantes, somme 1 | Share of the counted hours without a calibration; with the next two, sums to 1
-- column: calibrated_share | Part des heures comptées par un compteur étalonné | Share of the counted hours from calibrated counters
-- column: imputed_share | Part estimée : toujours 0, car un jour compté à 90 % ou plus entre tel que compté, et un autre n'entre pas | Estimated share: always 0, as a day of which 90 % or more is counted enters as counted, and another does not enter
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  n_event_days_compared <= n_event_days
-- check:  (difference_vs_4_same_weekdays IS NULL) = (n_days_compared = 0)
-- check:  uplift_share_low <= uplift_share AND uplift_share <= uplift_share_high
-- check:  (cost_per_extra_visit_eur IS NULL) = (cost_reason IS NOT NULL)
WITH events AS (SELECT * FROM staging.stg_events),

event_days AS (SELECT * FROM intermediate.int_event_day),

counter_days AS (SELECT * FROM intermediate.int_comparable_day),

seen_by AS (SELECT * FROM intermediate.int_event_counter WHERE is_treated),

comparisons AS (SELECT * FROM intermediate.int_event_comparison),

uplifts AS (SELECT * FROM analytics.event_uplift),

registrations AS (SELECT * FROM staging.stg_event_registrations),

town AS (SELECT * FROM reference.ref_town),

published AS (
    SELECT event_id, count(*) AS n_event_days, min(iso_week) AS iso_week
    FROM event_days
    WHERE is_in_scope
    GROUP BY event_id
),

hours AS (
    SELECT
        seen_by.event_id,
        sum(counter_days.expected_hours) AS expected_hours,
        sum(counter_days.measured_hours) AS measured_hours,
        sum(counter_days.calibrated_hours) AS calibrated_hours
    FROM seen_by
    INNER JOIN event_days ON seen_by.event_id = event_days.event_id
    INNER JOIN counter_days ON event_days.day = counter_days.day AND seen_by.counter_id = counter_days.counter_id
    GROUP BY seen_by.event_id
),

touches AS (
    SELECT event_days.event_id, event_days.title, event_days.day, seen_by.counter_id, event_days.is_habitual
    FROM event_days
    INNER JOIN seen_by ON event_days.event_id = seen_by.event_id
),

shared_days AS (
    SELECT
        own.event_id,
        count(DISTINCT own.day) AS n_shared_days,
        string_agg(DISTINCT theirs.title, ' ; ' ORDER BY theirs.title) AS overlapping_events
    FROM touches AS own
    INNER JOIN touches AS theirs
        ON own.day = theirs.day AND own.counter_id = theirs.counter_id AND own.event_id <> theirs.event_id
    WHERE NOT theirs.is_habitual
    GROUP BY own.event_id
),

weeks_after AS (
    SELECT events.event_id, string_agg(DISTINCT theirs.title, ' ; ' ORDER BY theirs.title) AS events_of_week_after
    FROM events
    INNER JOIN seen_by ON events.event_id = seen_by.event_id
    INNER JOIN touches AS theirs
        ON seen_by.counter_id = theirs.counter_id
        AND theirs.day BETWEEN events.last_day + 1 AND events.last_day + 7
        AND events.event_id <> theirs.event_id
    WHERE NOT theirs.is_habitual
    GROUP BY events.event_id
),

changes AS (
    SELECT
        events.event_id,
        registrations.* EXCLUDE (event_id),
        nullif(concat_ws(
            ' ',
            CASE
                WHEN (events.first_day, events.last_day)
                    IS DISTINCT FROM (registrations.registered_first_day, registrations.registered_last_day)
                    THEN 'window'
            END,
            CASE
                WHEN events.control_counters IS DISTINCT FROM registrations.registered_control_counters THEN 'controls'
            END,
            CASE
                WHEN events.threshold_share IS DISTINCT FROM registrations.registered_threshold_share THEN 'threshold'
            END
        ), '') AS changed_after_start
    FROM events
    INNER JOIN registrations ON events.event_id = registrations.event_id
),

mart_event_impact AS (
    SELECT
        town.town,
        town.is_demo,
        events.*,
        published.iso_week,
        published.n_event_days,
        CASE WHEN coalesce(events.neighbourhood_id, 'centre') = 'centre' THEN 'centre' ELSE 'gateway' END AS measured_at,
        coalesce(comparisons.n_event_days_compared, 0) AS n_event_days_compared,
        coalesce(comparisons.n_days_compared, 0) AS n_days_compared,
        coalesce(comparisons.n_counters, 0) AS n_counters,
        comparisons.passages,
        comparisons.usual_passages,
        uplifts.* EXCLUDE (event_id),
        coalesce(shared_days.n_shared_days, 0) AS n_shared_days,
        shared_days.overlapping_events,
        weeks_after.events_of_week_after,
        changes.event_id IS NOT NULL AS is_preregistered,
        changes.* EXCLUDE (event_id),
        hours.measured_hours / nullif(hours.expected_hours, 0) AS coverage_share,
        hours.calibrated_hours / nullif(hours.measured_hours, 0) AS calibrated_share
    FROM events
    CROSS JOIN town
    INNER JOIN published ON events.event_id = published.event_id
    INNER JOIN uplifts ON events.event_id = uplifts.event_id
    LEFT JOIN comparisons ON events.event_id = comparisons.event_id
    LEFT JOIN hours ON events.event_id = hours.event_id
    LEFT JOIN shared_days ON events.event_id = shared_days.event_id
    LEFT JOIN weeks_after ON events.event_id = weeks_after.event_id
    LEFT JOIN changes ON events.event_id = changes.event_id
)

SELECT
    town,
    event_id,
    title,
    is_demo,
    kind,
    status,
    first_day,
    last_day,
    iso_week,
    place,
    neighbourhood_id,
    organiser,
    full_cost_eur,
    declared_attendance,
    measured_at,
    n_event_days,
    n_event_days_compared,
    n_days_compared,
    n_counters,
    passages,
    usual_passages AS passages_of_4_same_weekdays,
    passages - usual_passages AS difference_vs_4_same_weekdays,
    (passages - usual_passages) / nullif(usual_passages, 0) AS difference_vs_4_same_weekdays_share,
    observed_passages,
    expected_passages,
    uplift_passages,
    uplift_passages_low,
    uplift_passages_high,
    uplift_share,
    uplift_share_low,
    uplift_share_high,
    n_counters_entered,
    counters_entered,
    allowed_for,
    n_placebos,
    placebo_weekdays,
    n_placebos_checked,
    placebo_coverage_share,
    smallest_detectable_share,
    smallest_detectable_passages,
    synthetic_control_share,
    verdict,
    verdict_fr,
    verdict_en,
    is_above_threshold,
    displacement_passages,
    displacement_passages_low,
    displacement_passages_high,
    net_uplift_passages,
    net_uplift_passages_low,
    net_uplift_passages_high,
    rebound_passages,
    rebound_passages_low,
    rebound_passages_high,
    cost_per_extra_visit_eur,
    cost_per_extra_visit_eur_low,
    cost_per_extra_visit_eur_high,
    cost_reason,
    cost_reason_fr,
    cost_reason_en,
    missing_reason,
    missing_reason_fr,
    missing_reason_en,
    n_shared_days,
    overlapping_events,
    events_of_week_after,
    control_counters,
    threshold_share,
    is_preregistered,
    registered_at,
    registered_first_day,
    registered_last_day,
    registered_control_counters,
    registered_threshold_share,
    changed_after_start,
    coverage_share,
    1 - calibrated_share AS measured_share,
    calibrated_share,
    calibrated_share * 0 AS imputed_share
FROM mart_event_impact

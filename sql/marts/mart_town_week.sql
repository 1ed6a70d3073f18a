-- model:  marts.mart_town_week
-- title:  Le centre-ville, semaine par semaine | The town centre week by week
-- grain:  town, iso_week
-- column: town | Ville | Town
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: is_demo | Données simulées | Simulated data
-- column: passages | Passages comptés aux compteurs du centre, tels que comptés ; vide = rien n'est compté | Passages counted at the centre's counters, as counted; empty = nothing was counted | passages
-- column: passages_calibrated | Les mêmes, corrigés là où un étalonnage vaut ; vide sans aucun étalonnage | The same, corrected where a calibration holds; empty without any | passages
-- column: passages_repaired | Passages du centre, étalonnés là où un étalonnage vaut, jours incomplets complétés là où c'est possible | Passages of the centre, corrected where a calibration holds, incomplete days completed where possible | passages
-- column: passages_repaired_low | Borne basse à 95 % de ce qui est estimé : somme de celles des jours, donc prudente | Lower limit at 95 % of what is estimated: sum of those of the days, so cautious | passages
-- column: passages_repaired_high | Borne haute, de même | Upper limit, likewise | passages
-- column: passages_per_counted_hour | Passages par compteur et heure comptée : comparable d'une semaine à l'autre tant que les compteurs sont les mêmes | Passages by counter and hour counted: comparable between weeks as long as the counters are the same | passages/h
-- column: n_counters | Compteurs du centre en service | Counters of the centre in service | compteurs
-- column: n_counters_valid | Compteurs comparables : au moins 90 % des heures de la semaine et de celles d'ouverture, sans rupture | Comparable counters: 90 % or more of the week's hours and of the opening hours, without a break | compteurs
-- column: is_partial_week | Semaine incomplète : un compteur du centre au moins n'était en service qu'une partie de la semaine (première semaine, pose, dépose), les passages en paraissent plus bas ; vide sans compteur | Partial week: at least one counter of the centre was in service for part of the week only (first week, put up, taken down), so the passages look lower; empty without a counter
-- column: has_sensitivity_break | Rupture : un compteur du centre a changé de capteur, de place ou de réglage cette semaine, les passages ne se comparent pas à ceux d'avant ; vide sans compteur | Break: a counter of the centre changed its sensor, place or setting that week, the passages do not compare with those before; empty without a counter
-- column: coverage_share | Couverture : heures comptées / heures attendues | Coverage: hours counted / hours expected
-- column: repaired_coverage_share | Heures comptées ou estimées / heures attendues : ce qui manque encore à passages_repaired | Hours counted or estimated / hours expected: what passages_repaired still lacks
-- column: measured_share | Part, des heures comptées ou estimées, comptée sans étalonnage ; avec les deux suivantes, somme 1 | Share of the hours counted or estimated that was counted without a calibration; with the next two, sums to 1
-- column: calibrated_share | Part comptée par un compteur étalonné | Share counted by calibrated counters
-- column: imputed_share | Part estimée | Share estimated
-- column: footfall_index | Indice de passages, panier de compteurs comparables chaîné, moyenne de l'année de base = 100 | Index of passages, chained matched panel, mean of the base year = 100
-- column: footfall_index_seasonal | Le même corrigé des saisons : niveau face à la même semaine ISO de l'année de base = 100 ; l'année de base vaut donc 100 | The same seasonally adjusted: level against the same ISO week of the base year = 100; the base year itself is 100
-- column: is_footfall_record_high | Record : indice de passages plus haut que toutes les semaines d'avant, 52 au moins ; une semaine estimée à plus de 5 % n'en fait aucun | Record: index of passages above all weeks before, 52 at least; a week of which more than 5 % is estimated sets none
-- column: is_footfall_record_low | Record bas, de même | Record low, likewise
-- column: n_counters_index | Compteurs qui relient la semaine à celle d'avant | Counters that link the week to the one before | compteurs
-- column: wow_share | Évolution sur une semaine, compteurs comparables les deux semaines | Change on the week before, counters comparable in both weeks
-- column: n_counters_wow | Compteurs de cette comparaison | Counters of this comparison | compteurs
-- column: yoy_share | Évolution sur un an, même semaine ISO (S53 : moyenne des S52 et S01), compteurs comparables, jamais à travers une rupture | Change on the same ISO week a year before (W53: mean of W52 and W01), comparable counters, never across a break
-- column: n_counters_yoy | Compteurs de cette comparaison | Counters of this comparison | compteurs
-- column: yoy_note | Réserves, séparées par une espace : no_reference_week, sensitivity_break ou no_common_counter (pas de chiffre) ; counters_left_out_by_break, week_53, last_year_unusual (la semaine d'il y a un an s'écartait de plus de 20 % de ses quatre semaines d'avant, pas celle-ci : l'évolution dit l'anomalie d'alors) | Caveats, separated by a space: no_reference_week, sensitivity_break or no_common_counter (no figure); counters_left_out_by_break, week_53, last_year_unusual (the week a year ago was more than 20 % off its four weeks before, this one is not: the change tells of that anomaly)
-- column: norm_4w_passages | Norme : moyenne des quatre semaines d'avant, compteurs comparables les cinq semaines | Norm: mean of the four weeks before, counters comparable in all five weeks | passages
-- column: level_vs_norm_4w_share | Écart à cette norme, mêmes compteurs | Distance from that norm, same counters
-- column: n_counters_norm_4w | Compteurs de cette comparaison | Counters of this comparison | compteurs
-- column: weekend_share | Part du samedi et du dimanche, compteurs comparables, jours complétés | Share of Saturday and Sunday, comparable counters, days completed
-- column: n_public_holidays | Jours fériés | Public holidays | jours
-- column: public_holidays_fr | Noms des jours fériés, en français s'il y en a | Names of the public holidays, in French if there are any
-- column: public_holidays_en | Les mêmes en anglais | The same in English
-- column: n_school_holidays | Jours de vacances scolaires ; vide = inconnu | Days of school holidays; empty = unknown | jours
-- column: holiday_moved | Les jours fériés ou de vacances diffèrent de ceux de la semaine comparée un an avant | Public or school holidays differ from those of the week compared a year before
-- column: rain_days | Jours de pluie (1 mm ou plus) parmi les jours connus | Rain days (1 mm or more) among the days known | jours
-- column: n_rain_known_days | Jours dont la pluie est connue | Days whose rain is known | jours
-- column: mean_temp_max_c | Moyenne des températures maximales | Mean of the maximum temperatures | °C
-- column: is_offer_known | Les mouvements de commerces de cette semaine sont connus : un dépôt de commerces est arrivé depuis son dimanche, ou 14 semaines avant au plus. Sinon openings, closures et net_openings_52w sont vides, jamais 0, et les stocks (vacance, commerces ouverts) sont les derniers connus | The movements of shops of this week are known: an upload of shops came since its Sunday, or 14 weeks before at most. Else openings, closures and net_openings_52w are empty, never 0, and the stocks (vacancy, open shops) are the last known
-- column: openings | Ouvertures de commerces ; vide = pas connues | Shop openings; empty = not known | commerces
-- column: closures | Fermetures de commerces ; vide = pas connues | Shop closures; empty = not known | commerces
-- column: net_openings_52w | Ouvertures moins fermetures sur 52 semaines ; vide avant 52 semaines de suivi, et quand la semaine n'est pas connue | Openings minus closures over 52 weeks; empty before 52 weeks of monitoring, and where the week is not known | commerces
-- column: open_shops | Commerces ouverts le dimanche | Shops open on Sunday | commerces
-- column: n_premises | Locaux suivis | Premises under observation | locaux
-- column: n_vacant_premises | Vacance (a) : locaux non exploités | Vacancy (a): premises not operated | locaux
-- column: vacancy_share | Vacance (a) : locaux non exploités / locaux suivis | Vacancy (a): premises not operated / premises
-- column: n_vacant_to_let_premises | Vacance (b) : locaux inoccupés et disponibles à la location | Vacancy (b): premises unoccupied and available to let | locaux
-- column: n_known_to_let_premises | Locaux exploités, ou dont on sait s'ils sont à louer | Premises operated, or known to be to let or not | locaux
-- column: vacancy_to_let_share | Vacance (b) : locaux inoccupés et disponibles / locaux dont on le sait | Vacancy (b): premises unoccupied and available / premises for which it is known
-- column: median_vacancy_to_let_days | Durée médiane de ces vacances à louer, là où leur début est connu | Median duration of these vacancies to let whose start is known | jours
-- column: n_inactive_premises | Vacance (c) : locaux non exploités, ou en travaux quoiqu'un occupant soit déclaré | Vacancy (c): premises not operated, or under works although an occupant is reported | locaux
-- column: inactive_share | Vacance (c) : ces locaux / locaux suivis ; les travaux sous occupation n'ont pas de durée connue, la durée médiane est donc celle de (a) | Vacancy (c): these premises / premises; works under an occupant have no known duration, so the median duration is that of (a)
-- column: n_vacant_2_years_premises | Vacance (d) : locaux non exploités depuis au moins deux ans au 1er janvier (CGI, art. 1530) | Vacancy (d): premises not operated for two years or more on 1 January (CGI, art. 1530) | locaux
-- column: n_known_2_years_premises | Locaux dont on peut le dire | Premises for which that can be told | locaux
-- column: vacant_2_years_share | Vacance (d) : ces locaux / locaux dont on peut le dire | Vacancy (d): these premises / premises for which that can be told
-- column: median_vacant_2_years_days | Durée médiane de ces vacances au 1er janvier, là où leur début est connu | Median duration of these vacancies on 1 January, where their start is known | jours
-- column: median_vacancy_days | Durée médiane de la vacance en cours, là où son début est connu | Median duration of the current vacancies whose start is known | jours
-- column: rotation_52w_share | Rotation : part des locaux où un nouvel occupant s'est installé en 52 semaines | Rotation: share of premises in which a new occupant settled within 52 weeks
-- column: n_premises_52w | Locaux de la rotation : suivis 52 semaines avant et encore | Premises of the rotation: observed 52 weeks before and still | locaux
-- column: cold_front_share | Fronts froids : locaux exploités qui ne reçoivent pas le passant / locaux exploités | Cold fronts: premises operated without walk-in trade / premises operated
-- column: trade_diversity | Diversité : nombre d'activités également fréquentes (Hill, ordre 1), parmi celles qui reçoivent le passant | Diversity: number of equally common walk-in trades (Hill, order 1) | activités
-- column: n_trades | Nombre de ces activités (Hill, ordre 0) | Number of these trades (Hill, order 0) | activités
-- column: dominant_trade_diversity | Nombre d'activités dominantes (Hill, ordre 2) | Number of dominant trades (Hill, order 2) | activités
-- column: is_event_known | Les événements de cette semaine sont connus : le dernier dépôt d'événements est arrivé depuis son dimanche, ou un événement est annoncé pour ce jour ou plus tard. Sinon les chiffres d'événements sont vides, jamais 0 ; l'indice garde les derniers connus quatre semaines, puis se fait sans eux | The events of this week are known: the last upload of events came since its Sunday, or an event is told of that day or later. Else the figures on events are empty, never 0; the index keeps the last known for four weeks, then is made without them
-- column: n_events | Événements ; vide = pas connus | Events; empty = not known | événements
-- column: event_days | Jours avec au moins un événement | Days with at least one event | jours
-- column: event_titles | Titres des événements | Titles of the events
-- column: event_days_4w | Jours avec au moins un événement sur 4 semaines ; vide avant 4 semaines de suivi, et quand la semaine n'est pas connue | Days with at least one event over 4 weeks; empty before 4 weeks of monitoring, and where the week is not known | jours
-- column: n_neighbourhoods_with_event_12w | Quartiers qui ont eu leur événement sur 12 semaines ; vide avant 12 semaines de suivi, et quand la semaine n'est pas connue | Neighbourhoods with an event of their own over 12 weeks; empty before 12 weeks of monitoring, and where the week is not known | quartiers
-- column: neighbourhoods_with_event_12w_share | Part des quartiers qui ont eu leur événement sur 12 semaines | Share of the neighbourhoods with an event of their own over 12 weeks
-- column: access_score | Accès au centre, moyenne pondérée par la population des quartiers où il est connu, 100 = aussi près que la référence | Access to the centre, weighted by the population of the neighbourhoods where it is known, 100 = as near as the reference
-- column: n_gateways_counted | Quartiers dont la porte est comptée | Neighbourhoods whose gateway is counted | quartiers
-- column: gateway_passages_per_1000 | Passages aux portes pour 1 000 habitants des quartiers comptés | Passages at the gateways per 1,000 inhabitants of the neighbourhoods counted | passages/1000 hab.
-- column: gateway_per_1000_index | Le même en indice à portes comparables, moyenne de l'année de base = 100 | The same as an index of comparable gateways, mean of the base year = 100
-- column: link_evenness | Équilibre entre quartiers du rapport observé / attendu, de 0 à 1 | Evenness between neighbourhoods of observed / expected, 0 to 1
-- column: attractiveness_index | Indice d'attractivité de 1 à 100, bornes figées, moyenne géométrique pondérée | Attractiveness index from 1 to 100, frozen goalposts, weighted geometric mean
-- column: attractiveness_index_low | Borne basse : 5 % de 1 000 façons de pondérer, d'agréger et de mesurer | Lower limit: 5 % of 1,000 ways of weighting, aggregating and measuring
-- column: attractiveness_index_high | Borne haute : 95 % des mêmes | Upper limit: 95 % of the same
-- column: attractiveness_index_arithmetic | Le même par moyenne arithmétique, pour comparaison | The same by arithmetic mean, for comparison
-- column: attractiveness_index_change | Variation depuis la dernière semaine qui a un indice | Change since the last week that has an index | points
-- column: attractiveness_index_change_comparable | La même à indicateurs communs : sans ce que font d'eux-mêmes les indicateurs entrés ou sortis | The same over the indicators in common: without what those that entered or left do by themselves | points
-- column: index_note | Réserves, séparées par une espace : indicators_differ = des indicateurs sont entrés ou sortis depuis cette semaine, les deux indices ne se comparent pas, lire attractiveness_index_change_comparable ; events_held = le fichier des événements est en retard, le pilier Animation garde pour quatre semaines au plus sa dernière valeur connue | Caveats, separated by a space: indicators_differ = indicators have entered or left since that week, the two indices do not compare, read attractiveness_index_change_comparable; events_held = the file of events is late, the pillar Animation keeps its last known value for four weeks at most
-- column: p_change_positive | Probabilité que l'indice ait monté depuis cette semaine : part des mêmes façons, à indicateurs communs | Probability that the index rose since that week: share of the same ways, over the indicators in common
-- column: index_log_change | La même en logarithme : la somme du reçu | The same in logarithm: the sum of the receipt
-- column: n_indicators | Indicateurs entrés dans l'indice ; un indicateur manquant n'est pas zéro | Indicators that entered the index; a missing one is not zero | indicateurs
-- column: n_indicators_expected | Indicateurs déclarés par la ville | Indicators declared by the town | indicateurs
-- column: pillar_frequentation_score | Pilier Fréquentation | Pillar Footfall
-- column: pillar_offer_score | Pilier Offre | Pillar Offer
-- column: pillar_animation_score | Pilier Animation | Pillar Animation
-- column: pillar_links_score | Pilier Liens | Pillar Links
-- check:  coverage_share BETWEEN 0 AND 1
-- check:  attractiveness_index BETWEEN 1 AND 100
-- check:  attractiveness_index_low <= attractiveness_index_high
-- check:  p_change_positive BETWEEN 0 AND 1
-- check:  n_trades >= trade_diversity - 1e-9 AND trade_diversity >= dominant_trade_diversity - 1e-9
-- check:  n_counters_valid <= n_counters
-- check:  is_event_known = (n_events IS NOT NULL)
-- check:  is_offer_known = (openings IS NOT NULL)
-- check:  coalesce(contains(index_note, 'indicators_differ'), FALSE) OR abs(attractiveness_index_change - attractiveness_index_change_comparable) < 1e-6
-- check:  n_indicators <= n_indicators_expected
-- check:  (yoy_share IS NULL) OR n_counters_yoy > 0
WITH weeks AS (SELECT * FROM reference.ref_week),

town AS (SELECT * FROM reference.ref_town),

footfall AS (SELECT * FROM intermediate.int_footfall_week),

levels AS (SELECT * FROM analytics.footfall_level_week),

records AS (SELECT * FROM intermediate.int_footfall_record),

weather AS (SELECT * FROM intermediate.int_weather_week),

offer AS (SELECT * FROM intermediate.int_offer_week),

diversity AS (SELECT * FROM analytics.trade_diversity_week),

events AS (SELECT * FROM intermediate.int_event_week),

links AS (SELECT * FROM analytics.link_level_week),

attractiveness AS (SELECT * FROM analytics.attractiveness_week),

receipts AS (SELECT * FROM analytics.index_receipt_week),

indicator_weeks AS (SELECT * FROM intermediate.int_indicator_week),

bands AS (SELECT * FROM analytics.index_band_week),

seasonal AS (SELECT * FROM analytics.footfall_seasonal_week),

comparable AS (
    SELECT
        week_start,
        sum(points) FILTER (WHERE indicator <> 'composition') AS attractiveness_index_change_comparable,
        bool_or(indicator = 'composition') AS has_other_indicators
    FROM receipts
    GROUP BY week_start
),

held AS (SELECT week_start, bool_or(is_held) AS has_held_values FROM indicator_weeks GROUP BY week_start),

mart_town_week AS (
    SELECT
        weeks.*,
        town.town,
        town.is_demo,
        footfall.* EXCLUDE (iso_week),
        levels.* EXCLUDE (week_start),
        records.* EXCLUDE (iso_week),
        weather.* EXCLUDE (iso_week),
        offer.* EXCLUDE (iso_week),
        diversity.* EXCLUDE (iso_week),
        events.* EXCLUDE (iso_week),
        links.* EXCLUDE (week_start),
        attractiveness.* EXCLUDE (week_start),
        bands.* EXCLUDE (week_start),
        comparable.attractiveness_index_change_comparable,
        nullif(concat_ws(
            ' ',
            CASE WHEN comparable.has_other_indicators THEN 'indicators_differ' END,
            CASE WHEN held.has_held_values THEN 'events_held' END
        ), '') AS index_note,
        seasonal.footfall_index_seasonal
    FROM weeks
    CROSS JOIN town
    LEFT JOIN footfall ON weeks.iso_week = footfall.iso_week
    LEFT JOIN levels ON weeks.week_start = levels.week_start
    LEFT JOIN records ON weeks.iso_week = records.iso_week
    LEFT JOIN weather ON weeks.iso_week = weather.iso_week
    LEFT JOIN offer ON weeks.iso_week = offer.iso_week
    LEFT JOIN diversity ON weeks.iso_week = diversity.iso_week
    LEFT JOIN events ON weeks.iso_week = events.iso_week
    LEFT JOIN links ON weeks.week_start = links.week_start
    LEFT JOIN attractiveness ON weeks.week_start = attractiveness.week_start
    LEFT JOIN bands ON weeks.week_start = bands.week_start
    LEFT JOIN comparable ON weeks.week_start = comparable.week_start
    LEFT JOIN held ON weeks.week_start = held.week_start
    LEFT JOIN seasonal ON weeks.week_start = seasonal.week_start
)

SELECT
    town,
    iso_week,
    week_start,
    is_demo,
    passages,
    passages_calibrated,
    passages_repaired,
    passages_repaired_low,
    passages_repaired_high,
    passages / nullif(measured_hours, 0) AS passages_per_counted_hour,
    n_counters,
    n_counters_valid,
    is_partial_week,
    has_sensitivity_break,
    coverage_share,
    repaired_coverage_share,
    measured_share,
    calibrated_share,
    imputed_share,
    footfall_index,
    footfall_index_seasonal,
    is_footfall_record_high,
    is_footfall_record_low,
    n_counters_index,
    wow_share,
    n_counters_wow,
    yoy_share,
    n_counters_yoy,
    yoy_note,
    norm_4w_passages,
    level_vs_norm_4w_share,
    n_counters_norm_4w,
    weekend_share,
    n_public_holidays,
    public_holidays_fr,
    public_holidays_en,
    n_school_holidays,
    has_moved_holiday AS holiday_moved,
    rain_days,
    n_rain_known_days,
    mean_temp_max_c,
    is_offer_known,
    openings,
    closures,
    net_openings_52w,
    open_shops,
    n_premises,
    n_vacant_premises,
    vacancy_share,
    n_vacant_to_let_premises,
    n_known_to_let_premises,
    vacancy_to_let_share,
    median_vacancy_to_let_days,
    n_inactive_premises,
    inactive_share,
    n_vacant_2_years_premises,
    n_known_2_years_premises,
    vacant_2_years_share,
    median_vacant_2_years_days,
    median_vacancy_days,
    rotation_52w_share,
    n_premises_52w,
    cold_front_share,
    trade_diversity,
    n_trades,
    dominant_trade_diversity,
    is_event_known,
    n_events,
    event_days,
    event_titles,
    event_days_4w,
    n_neighbourhoods_with_event_12w,
    neighbourhoods_with_event_12w_share,
    access_score,
    n_gateways_counted,
    gateway_passages_per_1000,
    gateway_per_1000_index,
    link_evenness,
    attractiveness_index,
    attractiveness_index_low,
    attractiveness_index_high,
    attractiveness_index_arithmetic,
    attractiveness_index_change,
    attractiveness_index_change_comparable,
    index_note,
    p_change_positive,
    index_log_change,
    n_indicators,
    n_indicators_expected,
    pillar_frequentation_score,
    pillar_offer_score,
    pillar_animation_score,
    pillar_links_score
FROM mart_town_week

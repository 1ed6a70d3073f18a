-- model:  intermediate.int_offer_week
-- title:  L'offre commerciale du centre, semaine par semaine | The shops of the centre, week by week
-- grain:  iso_week
-- column: iso_week | Semaine ISO | ISO week
-- column: is_offer_known | Les mouvements de commerces de cette semaine sont connus : un dépôt de commerces est arrivé depuis son dimanche, ou 14 semaines avant au plus | The movements of shops of this week are known: an upload of shops came since its Sunday, or 14 weeks before at most
-- column: openings | Ouvertures ; vide = pas connues cette semaine | Openings; empty = not known of this week | commerces
-- column: closures | Fermetures ; vide = pas connues cette semaine | Closures; empty = not known of this week | commerces
-- column: net_openings_52w | Ouvertures moins fermetures sur 52 semaines ; vide avant 52 semaines de suivi, et quand la semaine n'est pas connue | Openings minus closures over 52 weeks; empty before 52 weeks of monitoring, and where the week is not known | commerces
-- column: open_shops | Commerces ouverts le dimanche soir | Shops open on Sunday evening | commerces
-- column: n_premises | Locaux suivis | Premises under observation | locaux
-- column: n_operated_premises | Locaux exploités | Premises operated | locaux
-- column: n_vacant_premises | Locaux non exploités | Premises not operated | locaux
-- column: vacancy_share | Vacance (a) : locaux non exploités / locaux suivis | Vacancy (a): premises not operated / premises
-- column: n_vacant_to_let_premises | Locaux inoccupés et disponibles à la location | Premises unoccupied and available to let | locaux
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
-- column: n_premises_52w | Locaux suivis 52 semaines avant et encore suivis | Premises observed 52 weeks before and still observed | locaux
-- column: rotation_52w_share | Rotation : de ces locaux, part où un nouvel occupant s'est installé depuis | Rotation: of these premises, share in which a new occupant has settled since
-- column: cold_front_share | Fronts froids : locaux exploités qui ne reçoivent pas le passant / locaux exploités | Cold fronts: premises operated without walk-in trade / premises operated
-- check:  n_operated_premises + n_vacant_premises = n_premises
-- check:  vacancy_share BETWEEN 0 AND 1
-- check:  vacancy_to_let_share BETWEEN 0 AND 1
-- check:  inactive_share BETWEEN vacancy_share AND 1
-- check:  vacant_2_years_share BETWEEN 0 AND 1
-- check:  rotation_52w_share BETWEEN 0 AND 1
-- check:  cold_front_share BETWEEN 0 AND 1
WITH premises_weeks AS (SELECT * FROM intermediate.int_premises_week WHERE sector = 'centre'),

movements AS (SELECT * FROM intermediate.int_shop_movement WHERE sector = 'centre'),

shops AS (SELECT * FROM staging.stg_shops),

weeks AS (SELECT * FROM reference.ref_week),

horizon AS (SELECT * FROM intermediate.int_feed_horizon WHERE feed = 'shops'),

reported AS (SELECT count(*) > 0 AS has_shops FROM shops),

movements_by_week AS (
    SELECT
        iso_week,
        count(*) FILTER (WHERE kind = 'opening') AS openings,
        count(*) FILTER (WHERE kind = 'closure') AS closures
    FROM movements
    GROUP BY iso_week
),

rotation AS (
    SELECT
        later.iso_week,
        count(*) AS n_premises_52w,
        -- Opened since then: where two shared the premises and the later one left, the one that stays is not new.
        count(*) FILTER (WHERE occupants.open_from > earlier.week_start + 6) AS n_rotated
    FROM premises_weeks AS later
    INNER JOIN premises_weeks AS earlier
        ON later.premises_id = earlier.premises_id AND later.week_start = earlier.week_start + 364
    LEFT JOIN shops AS occupants ON later.shop_id = occupants.shop_id
    WHERE later.is_operated IS NOT NULL
    GROUP BY later.iso_week
),

stock AS (
    SELECT
        premises_weeks.iso_week,
        sum(premises_weeks.n_shops)::BIGINT AS open_shops,
        count(*) AS n_premises,
        count(*) FILTER (WHERE premises_weeks.is_operated) AS n_operated,
        count(*) FILTER (WHERE NOT premises_weeks.is_operated) AS n_vacant,
        count(*) FILTER (WHERE premises_weeks.is_vacant_to_let) AS n_vacant_to_let,
        count(premises_weeks.is_vacant_to_let) AS n_known_to_let,
        count(*) FILTER (WHERE premises_weeks.is_inactive) AS n_inactive,
        count(*) FILTER (WHERE premises_weeks.is_vacant_2_years) AS n_vacant_2_years,
        count(premises_weeks.is_vacant_2_years) AS n_known_2_years,
        median(premises_weeks.vacant_days_on_1_january) FILTER (WHERE premises_weeks.is_vacant_2_years)
            AS median_vacant_2_years_days,
        median(premises_weeks.week_start + 7 - premises_weeks.vacant_since) FILTER (WHERE premises_weeks.is_vacant_to_let)
            AS median_vacancy_to_let_days,
        -- Sunday is day 6 of the week, and the first day not operated counts.
        median(premises_weeks.week_start + 7 - premises_weeks.vacant_since) AS median_vacancy_days,
        count(*) FILTER (WHERE premises_weeks.is_operated AND NOT premises_weeks.is_walk_in) AS n_cold,
        count(premises_weeks.is_walk_in) AS n_known_walk_in
    FROM premises_weeks
    GROUP BY premises_weeks.iso_week
),

known_weeks AS (
    SELECT
        weeks.*,
        reported.has_shops,
        coalesce(reported.has_shops AND weeks.week_end <= horizon.known_until, FALSE) AS is_offer_known
    FROM weeks
    CROSS JOIN reported
    CROSS JOIN horizon
),

int_offer_week AS (
    SELECT
        weeks.iso_week,
        weeks.is_offer_known,
        CASE WHEN weeks.is_offer_known THEN coalesce(movements_by_week.openings, 0) END AS openings,
        CASE WHEN weeks.is_offer_known THEN coalesce(movements_by_week.closures, 0) END AS closures,
        CASE
            WHEN weeks.is_offer_known AND count(*) OVER last_52_weeks = 52
                THEN (
                    sum(coalesce(movements_by_week.openings, 0) - coalesce(movements_by_week.closures, 0)) OVER last_52_weeks
                )::BIGINT
        END AS net_openings_52w,
        stock.open_shops,
        coalesce(stock.n_premises, 0) AS n_premises,
        CASE WHEN weeks.has_shops THEN stock.n_operated END AS n_operated_premises,
        CASE WHEN weeks.has_shops THEN stock.n_vacant END AS n_vacant_premises,
        CASE WHEN weeks.has_shops THEN stock.n_vacant / stock.n_premises END AS vacancy_share,
        CASE WHEN weeks.has_shops THEN stock.n_vacant_to_let END AS n_vacant_to_let_premises,
        CASE WHEN weeks.has_shops THEN stock.n_known_to_let END AS n_known_to_let_premises,
        stock.n_vacant_to_let / nullif(stock.n_known_to_let, 0) AS vacancy_to_let_share,
        stock.median_vacancy_to_let_days,
        CASE WHEN weeks.has_shops THEN stock.n_inactive END AS n_inactive_premises,
        CASE WHEN weeks.has_shops THEN stock.n_inactive / stock.n_premises END AS inactive_share,
        CASE WHEN weeks.has_shops THEN stock.n_vacant_2_years END AS n_vacant_2_years_premises,
        CASE WHEN weeks.has_shops THEN stock.n_known_2_years END AS n_known_2_years_premises,
        stock.n_vacant_2_years / nullif(stock.n_known_2_years, 0) AS vacant_2_years_share,
        stock.median_vacant_2_years_days,
        stock.median_vacancy_days,
        rotation.n_premises_52w,
        rotation.n_rotated / rotation.n_premises_52w AS rotation_52w_share,
        stock.n_cold / nullif(stock.n_known_walk_in, 0) AS cold_front_share
    FROM known_weeks AS weeks
    LEFT JOIN stock ON weeks.iso_week = stock.iso_week
    LEFT JOIN movements_by_week ON weeks.iso_week = movements_by_week.iso_week
    LEFT JOIN rotation ON weeks.iso_week = rotation.iso_week
    WINDOW last_52_weeks AS (ORDER BY weeks.week_start ROWS BETWEEN 51 PRECEDING AND CURRENT ROW)
)

SELECT
    iso_week, is_offer_known, openings, closures, net_openings_52w, open_shops, n_premises, n_operated_premises,
    n_vacant_premises, vacancy_share, n_vacant_to_let_premises, n_known_to_let_premises, vacancy_to_let_share,
    median_vacancy_to_let_days, n_inactive_premises, inactive_share, n_vacant_2_years_premises, n_known_2_years_premises,
    vacant_2_years_share, median_vacant_2_years_days, median_vacancy_days, n_premises_52w, rotation_52w_share,
    cold_front_share
FROM int_offer_week

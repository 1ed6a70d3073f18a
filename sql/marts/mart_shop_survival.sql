-- model:  marts.mart_shop_survival
-- title:  La survie des commerces, par famille et par rue | The survival of shops, by family and by street
-- grain:  group_kind, group_name, duration_days
-- column: town | Ville | Town
-- column: group_kind | Découpage : ensemble (all), famille (family) ou rue (street) | Breakdown: all, family or street
-- column: group_name | Groupe | Group
-- column: duration_days | Durée depuis l'ouverture ; 0 = l'ouverture | Duration since opening; 0 = opening | jours
-- column: is_demo | Données simulées | Simulated data
-- column: is_suppressed | Groupe tu : moins de 5 commerces, ou qui laisserait déduire un tel groupe | Group not shown: fewer than 5 shops, or one that would let such a group be deduced
-- column: n_shops | Commerces du groupe dont l'ouverture est datée | Shops of the group whose opening is dated | commerces
-- column: n_at_risk | Commerces suivis à cette durée | Shops watched at that duration | commerces
-- column: n_closed | Fermetures à cette durée | Closures at that duration | commerces
-- column: survival_share | Part encore ouverte (Kaplan–Meier, entrée différée) ; vide à partir de la première fermeture où moins de 5 commerces étaient suivis | Share still open (Kaplan–Meier, delayed entry); empty from the first closure at which fewer than 5 shops were watched
-- column: survival_low | Borne basse à 95 %, vide de même | Lower limit at 95 %, empty likewise
-- column: survival_high | Borne haute à 95 %, vide de même | Upper limit at 95 %, empty likewise
-- check:  survival_share BETWEEN 0 AND 1
-- check:  is_suppressed = (n_shops IS NULL)
-- check:  n_shops >= 5
-- check:  survival_share IS NULL OR coalesce(n_at_risk, 5) >= 5
WITH curves AS (SELECT * FROM analytics.shop_survival),

town AS (SELECT * FROM reference.ref_town),

mart_shop_survival AS (
    SELECT
        curves.*,
        town.town,
        town.is_demo,
        -- With delayed entry few shops may be watched at an age: a single closure among them takes the curve to 0, where
        -- it stays. What follows says nothing of the group.
        coalesce(min(curves.n_at_risk) OVER (PARTITION BY curves.group_kind, curves.group_name ORDER BY curves.duration_days), 5)
        >= 5 AS is_told
    FROM curves
    CROSS JOIN town
)

SELECT
    town,
    group_kind,
    group_name,
    duration_days,
    is_demo,
    is_suppressed,
    n_shops,
    n_at_risk,
    n_closed,
    CASE WHEN is_told THEN survival_share END AS survival_share,
    CASE WHEN is_told THEN survival_low END AS survival_low,
    CASE WHEN is_told THEN survival_high END AS survival_high
FROM mart_shop_survival

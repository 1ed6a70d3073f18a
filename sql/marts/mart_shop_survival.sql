-- model:  marts.mart_shop_survival
-- title:  La survie des commerces, par famille et par rue | The survival of shops, by family and by street
-- grain:  group_kind, group_name, duration_days
-- column: town | Ville | Town
-- column: group_kind | Découpage : ensemble (all), famille (family) ou rue (street) | Breakdown: all, family or street
-- column: group_name | Groupe | Group
-- column: duration_days | Durée depuis l'ouverture | Duration since opening | jours
-- column: is_demo | Données simulées | Simulated data
-- column: is_suppressed | Groupe tu : moins de 5 commerces, ou qui laisserait déduire un tel groupe. Protège la statistique, pas un secret : les commerces sont publics, et chacun est dans staging.stg_shops | Group not shown: fewer than 5 shops, or one that would let such a group be deduced. It protects the statistic, not a secret: shops are public, and each stands in staging.stg_shops
-- column: n_shops | Commerces du groupe dont l'ouverture est datée | Shops of the group whose opening is dated | commerces
-- column: survived_from_days | La courbe part de cette durée, où elle vaut 1 : avant, moins de 5 commerces étaient suivis. 0 = l'ouverture | The curve begins at this duration, where it is 1: before, fewer than 5 shops were watched. 0 = opening | jours
-- column: n_at_risk | Commerces suivis à cette durée, 5 au moins : la courbe s'arrête avant qu'ils soient moins | Shops watched at that duration, 5 at least: the curve ends before they are fewer | commerces
-- column: n_closed | Fermetures à cette durée | Closures at that duration | commerces
-- column: survival_share | Part encore ouverte, de ceux qui ont tenu survived_from_days (Kaplan–Meier, entrée différée, Greenwood) | Share still open, of those that lasted survived_from_days (Kaplan–Meier, delayed entry, Greenwood)
-- column: survival_low | Borne basse à 95 % | Lower limit at 95 %
-- column: survival_high | Borne haute à 95 % | Upper limit at 95 %
-- check:  survival_share BETWEEN 0 AND 1
-- check:  is_suppressed = (n_shops IS NULL)
-- check:  n_shops >= 5
-- check:  n_at_risk >= 5
-- check:  duration_days >= survived_from_days
-- Families and streets are two margins of one list; no mart crosses them, so the suppression of either holds by itself.
WITH curves AS (SELECT * FROM analytics.shop_survival),

town AS (SELECT * FROM reference.ref_town),

mart_shop_survival AS (SELECT curves.*, town.town, town.is_demo FROM curves CROSS JOIN town)

SELECT
    town, group_kind, group_name, duration_days, is_demo, is_suppressed, n_shops, survived_from_days, n_at_risk, n_closed,
    survival_share, survival_low, survival_high
FROM mart_shop_survival

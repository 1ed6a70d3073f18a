-- model:  intermediate.int_trade_week
-- title:  Les locaux exploités du centre par activité qui reçoit le passant | The operated premises of the centre by walk-in trade
-- grain:  iso_week, trade
-- column: iso_week | Semaine ISO | ISO week
-- column: trade | Code de l'activité | Code of the trade
-- column: n_premises | Locaux exploités par cette activité | Premises operated by this trade | locaux
-- check:  n_premises > 0
WITH premises_weeks AS (SELECT * FROM intermediate.int_premises_week WHERE sector = 'centre' AND is_operated AND is_walk_in),

int_trade_week AS (
    SELECT iso_week, trade, count(*) AS n_premises
    FROM premises_weeks
    GROUP BY iso_week, trade
)

SELECT iso_week, trade, n_premises
FROM int_trade_week

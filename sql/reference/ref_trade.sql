-- model:  reference.ref_trade
-- title:  La nomenclature des activités | The nomenclature of trades
-- grain:  trade
-- column: trade | Code de l'activité | Code of the trade
-- column: family | Code de la famille | Code of the family
-- column: trade_label | Activité | Trade
-- column: is_walk_in | Reçoit le passant | Receives walk-in customers
WITH ref_trade AS (SELECT code AS trade, family, label_fr AS trade_label, is_walk_in FROM raw.trades)

SELECT trade, family, trade_label, is_walk_in
FROM ref_trade

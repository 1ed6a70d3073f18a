-- model:  reference.ref_peer
-- title:  Les communes de comparaison | The towns of comparison
-- grain:  insee_code
-- column: insee_code | Code Insee | Insee code
-- column: name | Nom | Name
WITH ref_peer AS (SELECT * FROM raw.peers)

SELECT insee_code, name
FROM ref_peer

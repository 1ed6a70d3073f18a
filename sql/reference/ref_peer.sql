-- model:  reference.ref_peer
-- title:  Les communes de comparaison | The towns of comparison
-- grain:  insee_code
-- column: insee_code | Code Insee | Insee code
-- column: name | Nom | Name
-- column: attractiveness | Attrait déclaré ; vide = pas un centre concurrent | Declared attractiveness; empty = not a competing centre
WITH ref_peer AS (SELECT * FROM raw.peers)

SELECT insee_code, name, attractiveness
FROM ref_peer

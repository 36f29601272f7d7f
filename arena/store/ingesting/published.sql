-- New published ratings.
INSERT INTO published
SELECT $board, n.category, m.id, n.value, n.low, n.high, n.battles
FROM new_published n JOIN models m ON m.name = n.model WHERE nth IN (FROM fresh);

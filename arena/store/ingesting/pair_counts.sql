-- New pair counts.
INSERT INTO pair_counts
SELECT $board, n.category, a.id, b.id, n.win_a, n.win_b, n.tie, n.both_bad
FROM new_pair_counts n JOIN models a ON a.name = n.model_a JOIN models b ON b.name = n.model_b
WHERE nth IN (FROM fresh);

-- Pair counts that contradict the stored ones of the same two models.
SELECT n.file, n.line, format('counts of {} and {} differ from the stored ones', n.model_a, n.model_b)
FROM new_pair_counts n JOIN models a ON a.name = n.model_a JOIN models b ON b.name = n.model_b
JOIN pair_counts s ON s.board = $board AND s.category = n.category AND s.model_a = a.id AND s.model_b = b.id
WHERE (s.win_a, s.win_b, s.tie, s.both_bad) IS DISTINCT FROM (n.win_a, n.win_b, n.tie, n.both_bad) ORDER BY nth;

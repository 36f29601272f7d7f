-- Pair counts of one category as they were given.
SELECT model_a AS a, model_b AS b, sum(win_a) AS win_a, sum(win_b) AS win_b, sum(tie) AS tie, sum(both_bad) AS both_bad
FROM pair_counts WHERE board = $board AND category = $category AND model_a <> model_b
GROUP BY ALL ORDER BY ALL;

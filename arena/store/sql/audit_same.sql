-- Battles with two readable games that say the same, ties included.
SELECT judge, any_value(cluster) AS cluster, any_value(prompt) AS prompt, any_value(a) AS a, any_value(b) AS b,
       any_value(gap) AS gap, (min(kind) = max(kind))::INTEGER AS f, 1 AS d
FROM game WHERE games > 1 AND kind <> 'undecided' GROUP BY battle, judge HAVING count(DISTINCT game) > 1

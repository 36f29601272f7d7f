-- Battles with two readable games that name different winners.
SELECT judge, any_value(cluster) AS cluster, any_value(prompt) AS prompt, any_value(a) AS a, any_value(b) AS b,
       any_value(gap) AS gap, (bool_or(kind = 'a') AND bool_or(kind = 'b'))::INTEGER AS f, 1 AS d
FROM game WHERE games > 1 AND kind <> 'undecided' GROUP BY battle, judge HAVING count(DISTINCT game) > 1

-- The same two answers in the same seats, judged again by the same judge in another battle: pairs that agree.
SELECT judge, cluster, prompt, any_value(a) AS a, any_value(b) AS b, NULL AS gap,
       sum(n * (n - 1)) / 2 AS f, (sum(n) * (sum(n) - 1)) / 2 AS d
FROM (SELECT g.judge, g.cluster, g.prompt, g.thing, x.response_a AS one, x.response_b AS two, g.swapped, g.kind,
             any_value(g.a) AS a, any_value(g.b) AS b, count(*) AS n
      FROM game g JOIN battles x ON x.id = g.battle
      WHERE g.kind <> 'undecided' AND x.response_a IS NOT NULL AND x.response_b IS NOT NULL GROUP BY ALL)
GROUP BY judge, cluster, prompt, thing, one, two, swapped HAVING sum(n) > 1

-- Points that a judge gives a model of its own family, less what judges of other families give it on the same things.
SELECT own.judge, own.cluster, own.prompt, own.model AS a, own.model AS b, NULL AS gap, own.y - others.y AS f, 1 AS d
FROM (SELECT p.* FROM points p JOIN kin k ON k.judge = p.judge AND k.model = p.model) own
JOIN (SELECT thing, model, avg(y) AS y FROM points p
      WHERE (p.judge, p.model) NOT IN (SELECT (judge, model) FROM kin) GROUP BY thing, model) others
     ON others.thing = own.thing AND others.model = own.model

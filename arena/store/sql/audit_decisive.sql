-- The same where both name a winner.
SELECT o.judge, o.cluster, o.prompt, o.a, o.b, o.gap, (t.label = o.label)::INTEGER AS f, 1 AS d
FROM judged o JOIN truth t USING (thing)
WHERE o.label < 3 AND t.label < 3 AND o.judge NOT IN (SELECT unnest($references::INTEGER[]))

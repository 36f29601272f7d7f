-- Battles decided as the reference decides them: a, b or neither.
SELECT o.judge, o.cluster, o.prompt, o.a, o.b, o.gap, (t.label = o.label)::INTEGER AS f, 1 AS d
FROM judged o JOIN truth t USING (thing)
WHERE o.label IS NOT NULL AND o.judge NOT IN (SELECT unnest($references::INTEGER[]))

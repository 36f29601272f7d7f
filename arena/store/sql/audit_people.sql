-- Two people on the same thing: do they say the same? Every pair of people counts.
SELECT 0 AS judge, o.cluster, o.prompt, o.a, o.b, o.gap, (o.label = t.label)::INTEGER AS f, 1 AS d
FROM judged o JOIN judged t ON t.thing = o.thing AND t.judge > o.judge
WHERE o.label IS NOT NULL AND t.label IS NOT NULL AND o.judge IN (SELECT unnest($references::INTEGER[]))
  AND t.judge IN (SELECT unnest($references::INTEGER[]))

-- Single readable games that say what the reference says.
SELECT g.judge, g.cluster, g.prompt, g.a, g.b, g.gap, (t.label = CASE g.kind
           WHEN 'a' THEN CASE WHEN g.a < g.b THEN 1 ELSE 2 END WHEN 'b' THEN CASE WHEN g.a < g.b THEN 2 ELSE 1 END
           ELSE 3 END)::INTEGER AS f, 1 AS d
FROM game g JOIN truth t USING (thing)
WHERE g.kind <> 'undecided' AND g.judge NOT IN (SELECT unnest($references::INTEGER[]))

-- Prompts on which a judge compared at least three models with each other: does some circle beat itself?
SELECT p.judge, p.prompt AS cluster, p.prompt, NULL AS a, NULL AS b, NULL AS gap,
       bool_or(p.label = q.label AND p.label <> r.label)::INTEGER AS f, 1 AS d
FROM (SELECT DISTINCT judge, prompt, turn, least(a, b) AS lo, greatest(a, b) AS hi, label FROM judged
      WHERE label < 3 AND prompt IS NOT NULL) p
JOIN (SELECT DISTINCT judge, prompt, turn, least(a, b) AS lo, greatest(a, b) AS hi, label FROM judged
      WHERE label < 3 AND prompt IS NOT NULL) q
     ON q.judge = p.judge AND q.prompt = p.prompt AND q.turn = p.turn AND q.lo = p.hi
JOIN (SELECT DISTINCT judge, prompt, turn, least(a, b) AS lo, greatest(a, b) AS hi, label FROM judged
      WHERE label < 3 AND prompt IS NOT NULL) r
     ON r.judge = p.judge AND r.prompt = p.prompt AND r.turn = p.turn AND r.lo = p.lo AND r.hi = q.hi
GROUP BY p.judge, p.prompt

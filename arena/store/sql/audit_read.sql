-- Verdicts and grades that could be read.
SELECT judge, cluster, prompt, a, b, gap, (kind <> 'undecided')::INTEGER AS f, 1 AS d FROM game
UNION ALL
SELECT g.judge, g.prompt, g.prompt, g.model, g.model, NULL, (g.status = 'ok')::INTEGER, 1 FROM grades g
WHERE g.board = $board AND (g.judge, g.prompt, g.turn) IN (SELECT (judge, prompt, turn) FROM judged)

-- Single grades as they were imported, each with its question's own id where the question is known.
SELECT g.id::VARCHAR, g.prompt::VARCHAR, m.name, j.name, g.turn, g.score, g.explanation, g.status::VARCHAR, p.natural
FROM grades g JOIN models m ON m.id = g.model JOIN judges j ON j.id = g.judge LEFT JOIN prompts p ON p.id = g.prompt
WHERE g.board = $board AND coalesce(j.name = $judge, true) AND coalesce(g.turn = $turn, true)
ORDER BY g.seq, g.id;

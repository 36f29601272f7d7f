-- The answers of some models on a board, for a run that need not ask for them again.
SELECT r.id::VARCHAR, r.prompt::VARCHAR, m.name, r.turns, r.sampling, r.sample, r.tokens, r.headers, r.lists, r.bolds,
       r.status::VARCHAR, r.milliseconds
FROM responses r JOIN models m ON m.id = r.model JOIN prompts p ON p.id = r.prompt
WHERE p.source = $name AND list_contains($models, m.name) AND r.status = 'ok'
ORDER BY r.id;

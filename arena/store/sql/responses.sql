-- Responses by their own id, or by prompt and model where the battle names none.
SELECT r.id::VARCHAR, r.prompt::VARCHAR, m.name, r.turns, r.sampling, r.sample, r.tokens, r.headers, r.lists, r.bolds,
       r.status::VARCHAR, r.milliseconds
FROM responses r JOIN models m ON m.id = r.model
WHERE r.id IN (SELECT unnest($ids)::UUID) OR r.prompt IN (SELECT unnest($prompts)::UUID)
ORDER BY r.sample, r.id;

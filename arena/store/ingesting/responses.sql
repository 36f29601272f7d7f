-- New responses.
INSERT INTO responses
SELECT n.id::UUID, n.prompt::UUID, m.id, n.turns, n.sampling, n.sample, n.tokens, n.headers, n.lists, n.bolds,
       coalesce(n.status, 'ok')::status, n.milliseconds
FROM new_responses n JOIN models m ON m.name = n.model WHERE nth IN (FROM fresh);

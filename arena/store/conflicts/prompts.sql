-- Prompts whose text contradicts the stored one under the same id.
SELECT n.file, n.line, format('question {} reads differently from the stored one of that id', n."natural")
FROM new_prompts n JOIN prompts s ON s.id = n.id::UUID WHERE n.leads AND s.turns IS DISTINCT FROM n.turns ORDER BY nth;

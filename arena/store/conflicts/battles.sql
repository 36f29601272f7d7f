-- Battles whose models contradict the stored ones under the same id.
SELECT n.file, n.line, format('battle of {} and {} is stored with other models under its id', n.model_a, n.model_b)
FROM new_battles n JOIN battles s ON s.id = n.id::UUID
JOIN models a ON a.name = n.model_a JOIN models b ON b.name = n.model_b
WHERE (s.model_a, s.model_b) IS DISTINCT FROM (a.id, b.id) ORDER BY nth;

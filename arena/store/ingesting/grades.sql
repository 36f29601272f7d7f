-- New single grades.
INSERT INTO grades
SELECT n.id::UUID, $board, $first + n."row", n.prompt::UUID, m.id, j.id, n.turn, n.score, n.explanation, n.status::status
FROM new_grades n JOIN models m ON m.name = n.model JOIN judges j ON j.name = n.judge
WHERE nth IN (FROM fresh);

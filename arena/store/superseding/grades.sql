-- Grades that could not be read before and now can take the place of those.
UPDATE grades SET score = n.score, explanation = n.explanation, status = 'ok'
FROM (SELECT * FROM new_grades WHERE status = 'ok'
      QUALIFY row_number() OVER (PARTITION BY id ORDER BY nth) = 1) n
WHERE grades.id = n.id::UUID AND grades.status <> 'ok' AND grades.board = $board;

-- Grades that contradict the stored one under the same judge, question, model and turn.
SELECT n.file, n.line, format('grade {} of {} differs from the stored {} under the same judge, question and turn',
       coalesce(n.score::VARCHAR, 'none'), n.model, coalesce(s.score::VARCHAR, 'none'))
FROM new_grades n JOIN grades s ON s.id = n.id::UUID WHERE s.score IS DISTINCT FROM n.score ORDER BY nth;

-- Published ratings that contradict the stored one of the same model and category.
SELECT n.file, n.line, format('rating of {} differs from the stored one', n.model)
FROM new_published n JOIN models m ON m.name = n.model
JOIN published s ON s.board = $board AND s.category = n.category AND s.model = m.id
WHERE (s.value, s.low, s.high) IS DISTINCT FROM (n.value, n.low, n.high) ORDER BY nth;

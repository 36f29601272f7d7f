-- The latest stored rankings of a board, oldest first: every model's rank in each.
SELECT r.id::VARCHAR, r.made, m.name, l.rank
FROM (SELECT id, made FROM rankings WHERE board = $board ORDER BY made DESC LIMIT $limit) r
JOIN ranking_lines l ON l.ranking = r.id JOIN models m ON m.id = l.model
ORDER BY r.made, r.id, l.rank, l.value DESC, m.name;

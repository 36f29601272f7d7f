-- Stored rankings of a board, newest first, each with its first model.
SELECT r.id::VARCHAR, made, source, settings, filters, n_battles, min_by(m.name, (l.rank, -l.value))
FROM rankings r LEFT JOIN ranking_lines l ON l.ranking = r.id LEFT JOIN models m ON m.id = l.model
WHERE r.board = $board GROUP BY ALL ORDER BY made DESC;

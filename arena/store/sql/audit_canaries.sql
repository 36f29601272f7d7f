-- Canaries of a board as each judge decided them, and every battle that may be the twin of one.
SELECT o.battle::VARCHAR, j.name, m.name AS model_a, o.kind, o.y, o.model_a = o.model_b AS planted
FROM outcomes($board, $merge, $delta, $bad_at, $strong) o JOIN judges j ON j.id = o.judge JOIN models m ON m.id = o.model_a
WHERE o.prompt IN (SELECT x.prompt FROM battles x JOIN models c ON c.id = x.model_a
                   WHERE x.board = $board AND x.model_a = x.model_b AND starts_with(c.name, $prefix))
ORDER BY ALL;

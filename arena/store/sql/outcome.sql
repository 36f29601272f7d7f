-- A battle's outcome under each judge.
SELECT o.battle::VARCHAR, o.seq, a.name, b.name, j.name, o.kind, o.y, o.score_a, o.score_b, o.flipped, o.turn, o.played, o.prompt::VARCHAR
FROM (SELECT * FROM outcomes($board, $merge, $delta, $bad_at, $strong) WHERE battle = $battle::UUID) o
JOIN models a ON a.id = o.model_a JOIN models b ON b.id = o.model_b JOIN judges j ON j.id = o.judge ORDER BY j.name;

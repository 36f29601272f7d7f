-- Verdicts that contradict the stored one of the same judge, battle and game.
SELECT n.file, n.line, format('this verdict of {} differs from the stored one of the same battle and game', n.judge)
FROM new_verdicts n JOIN verdicts s ON s.id = n.id::UUID
WHERE s.winner::VARCHAR IS DISTINCT FROM n.winner OR s.preference IS DISTINCT FROM n.preference
   OR s.score_a IS DISTINCT FROM n.score_a OR s.score_b IS DISTINCT FROM n.score_b
   OR s.status::VARCHAR IS DISTINCT FROM n.status OR s.strength IS DISTINCT FROM n.strength ORDER BY nth;

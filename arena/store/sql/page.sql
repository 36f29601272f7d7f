-- One page of battles after a cursor, in order of arrival; texts come afterwards, for these rows only.
SELECT o.battle::VARCHAR, o.seq, a.name, b.name, j.name, o.kind, o.y, o.score_a, o.score_b, o.flipped, o.turn, o.played, o.prompt::VARCHAR
FROM (SELECT * FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
      WHERE seq >= $seq AND (seq, battle, judge) > ($seq, $battle::UUID, $after_judge) AND /*where*/
      ORDER BY seq, battle, judge LIMIT $limit) o
JOIN models a ON a.id = o.model_a JOIN models b ON b.id = o.model_b JOIN judges j ON j.id = o.judge
ORDER BY o.seq, o.battle, o.judge;

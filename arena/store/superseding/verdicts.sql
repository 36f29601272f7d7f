-- Verdicts that could not be read before and now can take the place of those.
UPDATE verdicts SET winner = n.winner::winner, preference = n.preference, score_a = n.score_a, score_b = n.score_b,
       strength = n.strength, explanation = n.explanation, raw = n.raw, status = 'ok', tokens = n.tokens,
       milliseconds = n.milliseconds
FROM (SELECT * FROM new_verdicts WHERE status = 'ok'
      QUALIFY row_number() OVER (PARTITION BY id ORDER BY nth) = 1) n
WHERE verdicts.id = n.id::UUID AND verdicts.status <> 'ok' AND verdicts.board = $board;

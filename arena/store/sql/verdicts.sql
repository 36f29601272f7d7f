-- What was said of some battles, game by game.
SELECT v.battle::VARCHAR, v.id::VARCHAR, j.name, game, swapped, winner::VARCHAR, preference, score_a, score_b, strength,
       explanation, raw, status::VARCHAR, tokens, milliseconds
FROM verdicts v JOIN judges j ON j.id = v.judge
WHERE v.board = $board AND v.battle IN (SELECT unnest($battles)::UUID) ORDER BY v.battle, j.name, v.game;

-- Two voters on one battle: do they say the same? Every pair counts.
SELECT coalesce(o.prompt, o.battle)::VARCHAR,
       CASE WHEN one.winner IN ('a', 'b') THEN one.winner::VARCHAR ELSE 'neither' END
       = CASE WHEN two.winner IN ('a', 'b') THEN two.winner::VARCHAR ELSE 'neither' END
FROM verdicts one JOIN verdicts two ON two.battle = one.battle AND two.judge > one.judge
JOIN (SELECT DISTINCT battle, prompt FROM verdicts WHERE board = $board) o ON o.battle = one.battle
WHERE one.board = $board AND two.board = $board AND one.id IN (SELECT id FROM votes WHERE board = $board)
  AND two.id IN (SELECT id FROM votes WHERE board = $board) ORDER BY 1, one.id, two.id;

-- Votes that stand, in the order in which they came: 1 for side a, -1 for side b, 0 for neither.
SELECT v.battle::VARCHAR, v.drawn, len(v.flags) > 0, coalesce(x.prompt, x.battle)::VARCHAR,
       CASE v.winner WHEN 'a' THEN 1 WHEN 'b' THEN -1 ELSE 0 END
FROM votes v JOIN verdicts x ON x.id = v.id
WHERE v.board = $board AND x.board = $board ORDER BY v.voted, v.id;

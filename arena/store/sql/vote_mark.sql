-- How many verdicts and grades there are beside the votes, for each battle that was voted on: whether they changed.
SELECT v.battle::VARCHAR, count(x.id) + (SELECT count(*) FROM grades WHERE board = $board)
FROM (SELECT DISTINCT battle FROM votes WHERE board = $board) v
LEFT JOIN (SELECT * FROM verdicts WHERE board = $board AND judge >= 0) x ON x.battle = v.battle GROUP BY v.battle;

-- Votes on a board, the newest first, with whether each was taken back.
SELECT v.id::VARCHAR, b.name, v.battle::VARCHAR, v.voter, v.winner::VARCHAR, v.swapped, v.drawn, v.voted, v.comment,
       v.milliseconds, v.flags, v.id IN (SELECT vote FROM undone WHERE board = $board)
FROM votes v JOIN boards b ON b.id = v.board
WHERE v.board = $board AND ($voter IS NULL OR v.voter = $voter) ORDER BY v.voted DESC, v.id LIMIT $limit;

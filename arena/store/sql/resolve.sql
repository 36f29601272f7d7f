-- Battles whose id begins with these characters (dashes left out), on one board or on any.
SELECT DISTINCT board, battle::VARCHAR FROM (
    SELECT board, id AS battle FROM battles
    UNION ALL
    SELECT board, md5(a.id::VARCHAR || b.id::VARCHAR)::UUID FROM grades a JOIN grades b USING (board, prompt, judge, turn)
    WHERE a.id < b.id)
WHERE ($board = 0 OR board = $board) AND starts_with(replace(battle::VARCHAR, '-', ''), $prefix)
ORDER BY 2, 1 LIMIT 3;

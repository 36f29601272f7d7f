-- Verdicts and grades that could not be read, by judge and kind.
SELECT judge, status::VARCHAR, count(*) FROM (
    SELECT judge, CASE WHEN status = 'ok' THEN 'undecided' ELSE status::VARCHAR END AS status FROM game
    WHERE kind = 'undecided'
    UNION ALL
    SELECT judge, status::VARCHAR FROM grades g WHERE g.board = $board AND g.status <> 'ok'
      AND (g.judge, g.prompt, g.turn) IN (SELECT (judge, prompt, turn) FROM judged))
GROUP BY ALL ORDER BY ALL

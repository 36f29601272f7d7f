-- Counts of a board after an import, canaries (arena.canaries) left out.
UPDATE boards SET
    battles = CASE kind
        WHEN 'battles' THEN (SELECT count(DISTINCT battle) FROM games($board)
                             WHERE model_a NOT IN (SELECT id FROM models WHERE starts_with(name, 'canary:')))
        WHEN 'pairs' THEN (SELECT coalesce(sum(win_a + win_b + tie + both_bad), 0)::BIGINT FROM pair_counts
                           WHERE board = $board AND category = coalesce(boards.category, ''))
        ELSE (SELECT coalesce(sum(battles), 0)::BIGINT // 2 FROM published
              WHERE board = $board AND category = coalesce(boards.category, '')) END,
    models = (SELECT count(DISTINCT model) FROM (
        SELECT model_a AS model FROM battles WHERE board = $board
        UNION ALL SELECT model_b FROM battles WHERE board = $board
        UNION ALL SELECT model FROM grades WHERE board = $board
        UNION ALL SELECT model_a FROM pair_counts WHERE board = $board
        UNION ALL SELECT model_b FROM pair_counts WHERE board = $board
        UNION ALL SELECT model FROM published WHERE board = $board)
        WHERE model NOT IN (SELECT id FROM models WHERE starts_with(name, 'canary:'))),
    judges = (SELECT coalesce(list(name ORDER BY name), []) FROM judges WHERE id IN (
        SELECT judge FROM verdicts WHERE board = $board UNION SELECT judge FROM grades WHERE board = $board)),
    clustered = EXISTS (SELECT 1 FROM grades WHERE board = $board)
        OR EXISTS (SELECT 1 FROM battles WHERE board = $board AND prompt IS NOT NULL GROUP BY prompt HAVING count(*) > 1)
WHERE id = $board;

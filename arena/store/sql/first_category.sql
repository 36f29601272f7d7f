-- A board of counts or ratings that has only named categories shows one of them first.
UPDATE boards SET category = (
    SELECT category FROM (SELECT category FROM published WHERE board = $board
                          UNION SELECT category FROM pair_counts WHERE board = $board)
    ORDER BY category = '' DESC, category IN ('full', 'overall', 'text') DESC, category LIMIT 1)
WHERE id = $board AND category IS NULL AND kind <> 'battles';

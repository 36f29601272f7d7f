-- Models of a board.
SELECT name FROM models WHERE id IN (
    SELECT model_a FROM battles WHERE board = $board UNION SELECT model_b FROM battles WHERE board = $board
    UNION SELECT model FROM grades WHERE board = $board
    UNION SELECT model_a FROM pair_counts WHERE board = $board UNION SELECT model_b FROM pair_counts WHERE board = $board
    UNION SELECT model FROM published WHERE board = $board)
ORDER BY lower(name), name;

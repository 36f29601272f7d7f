-- The board of an imported battle with this id.
SELECT board, id::VARCHAR FROM battles WHERE id = $battle::UUID AND ($board = 0 OR board = $board) LIMIT 3;

-- The imports of a board, newest first.
SELECT number, format, path, read, kept, rejected, duplicates, made
FROM imports WHERE board = $board ORDER BY number DESC;

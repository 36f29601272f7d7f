-- Categories of a board: of its prompts, its pair counts or its published lines.
SELECT DISTINCT unnest(categories) AS category FROM prompts WHERE source = $name
UNION SELECT DISTINCT category FROM pair_counts WHERE board = $board
UNION SELECT DISTINCT category FROM published WHERE board = $board
ORDER BY 1;

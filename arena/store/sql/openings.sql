-- Beginnings of a board's prompts.
SELECT id::VARCHAR, left(turns[1], 300) FROM prompts WHERE source = $name AND len(turns) > 0 LIMIT $limit;

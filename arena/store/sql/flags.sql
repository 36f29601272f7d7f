-- The flags of some battles, each battle's own and those of its prompt.
SELECT fought.battle::VARCHAR, f.mark, f.battle::VARCHAR, f.prompt::VARCHAR, f.model, f.source, f.item, f.likeness, f.said
FROM (SELECT DISTINCT battle, prompt, model_a, model_b FROM games($board)
      WHERE battle IN (SELECT unnest($battles)::UUID)) fought
JOIN flags f ON f.battle = fought.battle OR (f.battle IS NULL AND f.prompt = fought.prompt
     AND (f.model IS NULL OR f.model IN (SELECT name FROM models WHERE id IN (fought.model_a, fought.model_b))))
WHERE f.board = $board
ORDER BY fought.battle, bit_of(f.mark), f.likeness DESC, f.source, f.item;

-- How many battles a model fought, by board.
SELECT boards.name, count(*) FROM battles JOIN boards ON boards.id = battles.board
WHERE battles.model_a IN (SELECT id FROM models WHERE name = $name)
   OR battles.model_b IN (SELECT id FROM models WHERE name = $name)
GROUP BY ALL ORDER BY 1;

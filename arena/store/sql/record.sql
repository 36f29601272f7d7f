-- An imported battle's own row.
SELECT x.id::VARCHAR, a.name, b.name, x.prompt::VARCHAR, response_a::VARCHAR, response_b::VARCHAR, games, turn, played,
       run, propensity
FROM battles x JOIN models a ON a.id = model_a JOIN models b ON b.id = model_b
WHERE x.board = $board AND x.id = $battle::UUID;

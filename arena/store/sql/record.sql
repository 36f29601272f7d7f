-- A battle's own row: imported, or implied by two grades.
SELECT battle::VARCHAR, a.name, b.name, prompt::VARCHAR, response_a::VARCHAR, response_b::VARCHAR, games, turn, played,
       run, propensity
FROM (SELECT id AS battle, model_a, model_b, prompt, response_a, response_b, games, turn, played, run, propensity
      FROM battles WHERE board = $board AND id = $battle::UUID
      UNION ALL
      SELECT battle, any_value(model_a), any_value(model_b), any_value(prompt), NULL, NULL, any_value(games), any_value(turn), any_value(played), NULL, NULL
      FROM games($board) WHERE battle = $battle::UUID AND battle NOT IN (SELECT id FROM battles WHERE board = $board)
      GROUP BY battle)
JOIN models a ON a.id = model_a JOIN models b ON b.id = model_b;

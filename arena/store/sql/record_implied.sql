-- A battle that two grades imply, or whose verdicts alone are known: the row it would have.
SELECT battle::VARCHAR, a.name, b.name, prompt::VARCHAR, NULL, NULL, games, turn, played, NULL, NULL
FROM (SELECT battle, any_value(model_a) AS model_a, any_value(model_b) AS model_b, any_value(prompt) AS prompt,
             any_value(games) AS games, any_value(turn) AS turn, any_value(played) AS played
      FROM games($board) WHERE battle = $battle::UUID GROUP BY battle)
JOIN models a ON a.id = model_a JOIN models b ON b.id = model_b;

-- The small columns of a battle's verdicts: from its own row, or from the grades that imply it.
SELECT seq, prompt, model_a, model_b, turn, played FROM battles WHERE board = $board AND id = $battle::UUID
UNION ALL
SELECT min(seq), any_value(prompt), any_value(model_a), any_value(model_b), any_value(turn), any_value(played)
FROM games($board) WHERE battle = $battle::UUID
  AND NOT EXISTS (SELECT 1 FROM battles WHERE board = $board AND id = $battle::UUID) HAVING count(*) > 0;

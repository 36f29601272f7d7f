-- Outcomes with the number of their cluster: a prompt, or the battle itself where no prompt is known.
SELECT dense_rank() OVER (ORDER BY CASE WHEN $by = 'battle' OR o.prompt IS NULL THEN o.battle ELSE o.prompt END) - 1 AS cluster,
       model_a AS a, model_b AS b, w AS weight, w * y AS points
FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
WHERE model_a <> model_b AND kind <> 'undecided' AND NOT (kind = 'tie' AND $ties = 'drop')
  AND NOT (kind = 'both_bad' AND $both_bad = 'drop') AND /*where*/;

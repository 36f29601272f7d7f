-- Outcomes summed by (cluster, pair): a cluster is a prompt, or the battle itself where no prompt is known.
SELECT dense_rank() OVER (ORDER BY cluster) - 1 AS cluster, a, b, weight, points
FROM (SELECT CASE WHEN $by = 'battle' OR prompt IS NULL THEN battle ELSE prompt END AS cluster,
             model_a AS a, model_b AS b, sum(w) AS weight, sum(w * y) AS points
      FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
      WHERE model_a <> model_b AND kind <> 'undecided' AND NOT (kind = 'tie' AND $ties = 'drop')
        AND NOT (kind = 'both_bad' AND $both_bad = 'drop') AND /*where*/
      GROUP BY ALL);

-- Battles one by one, in the order of arrival or of time: for online Elo.
SELECT model_a AS a, model_b AS b, y
FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
WHERE model_a <> model_b AND kind <> 'undecided' AND NOT (kind = 'tie' AND $ties = 'drop')
  AND NOT (kind = 'both_bad' AND $both_bad = 'drop') AND /*where*/
ORDER BY CASE WHEN $order = 'time' THEN played END NULLS LAST, seq, battle, judge;

-- What every judge that is no person says of the battles that were voted on: 1 side a, -1 side b, 0 neither.
SELECT o.battle::VARCHAR, j.name, sign(round(o.y - 0.5, 9))::INTEGER
FROM outcomes($board, $merge, $delta, $bad_at, $strong) o JOIN judges j ON j.id = o.judge
WHERE o.battle IN (SELECT battle FROM votes WHERE board = $board) AND o.y IS NOT NULL
  AND NOT regexp_full_match(lower(j.name), $people) ORDER BY o.battle, j.name;

-- What a battle's verdicts under one judge say of that judge: given, read, decisive in two orders, for the first seat,
-- in both orders, and there for different winners.
SELECT battle, judge, count(*) AS given, count(*) FILTER (kind <> 'undecided') AS readable,
       count(*) FILTER (games > 1 AND kind IN ('a', 'b')) AS decisive,
       count(*) FILTER (games > 1 AND ((kind = 'a' AND NOT swapped) OR (kind = 'b' AND swapped))) AS seated,
       count(*) FILTER (games > 1 AND kind <> 'undecided') > 1 AS paired,
       bool_or(games > 1 AND kind = 'a') AND bool_or(games > 1 AND kind = 'b') AS split
FROM (SELECT *, kind_of(status, winner, preference, score_a, score_b, $delta, $bad_at) AS kind
      FROM verdicts WHERE board = $board)
GROUP BY battle, judge

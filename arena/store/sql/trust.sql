-- What the trust strip says: verdicts and how many could be read, seats that won, battles whose games disagree.
-- The first seat is side a, or side b where the game was played swapped; it only tells of the judge where both
-- orders were played. Grades have no seats.
WITH judged AS (
    SELECT v.battle, v.judge, v.swapped, v.games,
           kind_of(v.status, v.winner, v.preference, v.score_a, v.score_b, $delta, $bad_at) AS kind
    FROM verdicts v
    WHERE v.board = $board AND v.model_a <> v.model_b
      AND (v.battle, v.judge) IN (SELECT (battle, judge) FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/)
),
paired AS (
    SELECT bool_or(kind = 'a') AND bool_or(kind = 'b') AS flipped FROM judged WHERE games > 1
    GROUP BY battle, judge HAVING count(*) FILTER (kind <> 'undecided') > 1
),
marked AS (
    SELECT count(*) AS given, count(*) FILTER (status = 'ok') AS read FROM grades g
    WHERE g.board = $board AND EXISTS (
        SELECT 1 FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
        WHERE o.prompt = g.prompt AND o.judge = g.judge AND o.turn = g.turn AND g.model IN (o.model_a, o.model_b) AND /*where*/)
)
SELECT (SELECT count(*) FROM judged) + (SELECT given FROM marked),
       (SELECT count(*) FROM judged WHERE kind <> 'undecided') + (SELECT read FROM marked),
       (SELECT count(*) FROM judged WHERE games > 1 AND kind IN ('a', 'b')),
       (SELECT count(*) FROM judged WHERE games > 1 AND ((kind = 'a' AND NOT swapped) OR (kind = 'b' AND swapped))),
       (SELECT count(*) FROM paired), (SELECT count(*) FROM paired WHERE flipped);

-- What the trust strip says: verdicts and how many could be read, seats that won, battles whose games disagree.
-- The first seat is side a, or side b where the game was played swapped; it only tells of the judge where both
-- orders were played. Grades have no seats.
WITH heard AS (
    SELECT given, readable, decisive, seated, paired, split FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
    LEFT JOIN (/*heard.sql*/) heard USING (battle, judge)
    WHERE model_a <> model_b AND /*where*/
),
marked AS (
    SELECT count(*) AS given, count(*) FILTER (status = 'ok') AS read FROM grades g
    WHERE g.board = $board AND EXISTS (
        SELECT 1 FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
        WHERE o.prompt = g.prompt AND o.judge = g.judge AND o.turn = g.turn AND g.model IN (o.model_a, o.model_b) AND /*where*/)
)
SELECT coalesce(sum(given), 0)::BIGINT + (SELECT given FROM marked),
       coalesce(sum(readable), 0)::BIGINT + (SELECT read FROM marked),
       coalesce(sum(decisive), 0)::BIGINT, coalesce(sum(seated), 0)::BIGINT,
       count(*) FILTER (paired), count(*) FILTER (paired AND split)
FROM heard;

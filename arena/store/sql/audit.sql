-- What every figure of a judge's health starts from, as CTEs. A `thing` is what several judges may have decided:
-- two models' answers to a prompt and turn, or the battle where the prompt is unknown. `label` is the outcome
-- seen from the model with the smaller number: 1 it wins, 2 the other, 3 neither. `truth` is what most of the
-- reference judges say; where they are even there is none.
judged AS MATERIALIZED (
    SELECT o.battle, o.judge, o.prompt, o.model_a AS a, o.model_b AS b, o.turn, o.flipped, o.kind, o.y,
           abs(o.score_a - o.score_b) AS gap, coalesce(o.prompt, o.battle) AS cluster,
           CASE WHEN o.prompt IS NULL THEN hash(o.battle)
                ELSE hash(o.prompt, least(o.model_a, o.model_b), greatest(o.model_a, o.model_b), o.turn) END AS thing,
           CASE o.kind WHEN 'a' THEN CASE WHEN o.model_a < o.model_b THEN 1 ELSE 2 END
                       WHEN 'b' THEN CASE WHEN o.model_a < o.model_b THEN 2 ELSE 1 END
                       WHEN 'tie' THEN 3 WHEN 'both_bad' THEN 3 END AS label
    FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE o.model_a <> o.model_b AND /*where*/
),
game AS (
    SELECT v.battle, v.judge, v.game, v.swapped, v.games, v.status, v.tokens, v.milliseconds, j.thing, j.cluster,
           j.prompt, j.a, j.b, j.turn, j.gap,
           kind_of(v.status, v.winner, v.preference, v.score_a, v.score_b, $delta, $bad_at) AS kind
    FROM verdicts v JOIN (SELECT DISTINCT battle, judge, thing, cluster, prompt, a, b, turn, gap FROM judged) j
         ON j.battle = v.battle AND j.judge = v.judge
    WHERE v.board = $board
),
said AS (
    SELECT thing, label, count(*) AS votes FROM (
        SELECT o.judge,
               CASE WHEN o.prompt IS NULL THEN hash(o.battle)
                    ELSE hash(o.prompt, least(o.model_a, o.model_b), greatest(o.model_a, o.model_b), o.turn) END AS thing,
               CASE o.kind WHEN 'a' THEN CASE WHEN o.model_a < o.model_b THEN 1 ELSE 2 END
                           WHEN 'b' THEN CASE WHEN o.model_a < o.model_b THEN 2 ELSE 1 END
                           WHEN 'tie' THEN 3 WHEN 'both_bad' THEN 3 END AS label
        FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
        WHERE o.model_a <> o.model_b AND o.judge IN (SELECT unnest($references::INTEGER[])))
    WHERE label IS NOT NULL GROUP BY ALL
),
truth AS (
    SELECT thing, arg_max(label, votes) AS label FROM said GROUP BY thing
    HAVING count(*) = 1 OR max(votes) > max(votes, 2)[2]
)

-- Battles that a person can be asked about: both answers are known, and it is not over for the one who asks. `sure`
-- is the lower the less the judges' word can be relied on, in the order of arena.polling.doubt. At most `limit` battles
-- come for that, and as many from all alike (`alike`). Voters of our own have numbers below 0 and are counted afresh.
WITH told AS (SELECT id, prompt, model FROM responses WHERE len(turns) > 0 AND status = 'ok'),
seen AS (
    SELECT battle, any_value(prompt) AS prompt, any_value(model_a) AS a, any_value(model_b) AS b,
           avg(y) FILTER (NOT person) AS machines,
           coalesce(min(sign(round(y - 0.5, 9))) FILTER (NOT person) <> max(sign(round(y - 0.5, 9))) FILTER (NOT person),
                    false) AS split,
           coalesce(bool_or(flipped) FILTER (NOT person), false) AS flipped,
           min(abs(score_a - score_b)) FILTER (NOT person) AS gap,
           avg(y) FILTER (person AND judge >= 0) AS people, count(y) FILTER (person AND judge >= 0) AS votes
    FROM (SELECT *, judge IN (SELECT id FROM judges WHERE regexp_full_match(lower(name), $people)) AS person
          FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE model_a <> model_b AND /*where*/)
    GROUP BY battle
),
known AS (
    SELECT seen.*, md5(battle::VARCHAR) AS lot, CASE
               WHEN machines IS NULL OR split OR flipped
                    OR coalesce(sign(round(people - 0.5, 9)) <> sign(round(machines - 0.5, 9)), false) THEN 0
               WHEN gap IS NOT NULL THEN gap
               ELSE 1 / (1 - abs(2 * machines - 1) / 1.25) - 1 END AS sure
    FROM seen LEFT JOIN battles x ON x.id = seen.battle
    WHERE (x.response_a IN (SELECT id FROM told)
           OR (x.response_a IS NULL AND (seen.prompt, seen.a) IN (SELECT (prompt, model) FROM told)))
      AND (x.response_b IN (SELECT id FROM told)
           OR (x.response_b IS NULL AND (seen.prompt, seen.b) IN (SELECT (prompt, model) FROM told)))
      AND battle NOT IN (SELECT unnest($done::VARCHAR[])::UUID)
)
SELECT battle::VARCHAR, machines, split, flipped, gap, people, votes, place <= $limit AS alike, total
FROM (SELECT *, row_number() OVER (ORDER BY lot) AS place, row_number() OVER (ORDER BY sure, lot) AS rank,
             count(*) OVER () AS total FROM known)
WHERE place <= $limit OR rank <= $limit ORDER BY lot;

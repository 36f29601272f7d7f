-- New verdicts, each with its battle's small columns beside it. A person who judged a battle once is not asked again:
-- one game is all that is expected of them.
INSERT INTO verdicts
SELECT n.id::UUID, b.id, $board, $first + n."row", b.prompt, b.model_a, b.model_b,
       CASE WHEN max(n.game) OVER (PARTITION BY n.battle, n.judge) = 1
                 AND regexp_full_match(lower(n.judge), $people) THEN 1 ELSE b.games END, b.turn, b.played,
       j.id, n.game, n.swapped, n.winner::winner, n.preference, n.score_a, n.score_b, n.strength, n.explanation, n.raw,
       n.status::status, n.tokens, n.milliseconds
FROM new_verdicts n JOIN battles b ON b.id = n.battle::UUID JOIN judges j ON j.name = n.judge
WHERE nth IN (FROM fresh);

-- New battles, numbered as they arrived.
INSERT INTO battles
SELECT n.id::UUID, $board, $first + n."row", n.prompt::UUID, a.id, b.id, n.response_a::UUID, n.response_b::UUID,
       n.games, n.turn, n."when", n.run, n.propensity
FROM new_battles n JOIN models a ON a.name = n.model_a JOIN models b ON b.name = n.model_b
WHERE nth IN (FROM fresh);

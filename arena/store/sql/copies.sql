-- Battles whose two answers are the same up to the judged turn: to the letter (copy), or but for case and white
-- space (alike). Answers are held against each other by their hashes. Blank ones, failed ones, and those of fewer
-- words are none; sides that a battle does not name are the pair's first answers, as everywhere.
WITH fought AS (SELECT DISTINCT battle, prompt, model_a, model_b, turn FROM games($board) WHERE model_a <> model_b),
said AS (
    SELECT id, prompt, model, sample,
           list_transform(range(1, len(turns) + 1), lambda t: md5(array_to_string(turns[1:t], chr(30)))) AS exact,
           list_transform(range(1, len(turns) + 1), lambda t: md5(lower(trim(regexp_replace(
               array_to_string(turns[1:t], chr(30)), '\s+', ' ', 'g'))))) AS loose,
           list_transform(turns, lambda one: len(regexp_extract_all(one, '\S+'))) AS words
    FROM responses WHERE status = 'ok' AND prompt IN (SELECT prompt FROM fought)
),
first AS (SELECT prompt, model, min_by(id, (sample, id)) AS id FROM said GROUP BY prompt, model),
sides AS (
    SELECT fought.battle, fought.turn, coalesce(x.response_a, a.id) AS a, coalesce(x.response_b, b.id) AS b
    FROM fought LEFT JOIN battles x ON x.id = fought.battle AND x.board = $board
    LEFT JOIN first a ON a.prompt = fought.prompt AND a.model = fought.model_a
    LEFT JOIN first b ON b.prompt = fought.prompt AND b.model = fought.model_b
)
SELECT sides.battle::VARCHAR, a.exact[least(turn, len(a.exact))] = b.exact[least(turn, len(b.exact))] AS same
FROM sides JOIN said a ON a.id = sides.a JOIN said b ON b.id = sides.b
WHERE a.loose[least(turn, len(a.loose))] = b.loose[least(turn, len(b.loose))]
  AND list_sum(a.words[1:turn]) >= greatest($words, 1)
ORDER BY sides.battle;

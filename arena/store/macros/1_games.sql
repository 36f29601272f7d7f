-- One row per judged game of a board: imported verdicts, and the pairs that single grades imply (same prompt,
-- judge and turn; two models), which are never stored. Sides of a pair follow the grades' ids, so they are the
-- same whatever the order of import.
CREATE OR REPLACE MACRO games(the_board) AS TABLE
SELECT battle, seq, prompt, model_a, model_b, games, turn, played, judge, game, winner, preference,
       score_a, score_b, strength, status
FROM verdicts WHERE board = the_board
UNION ALL
SELECT md5(a.id::VARCHAR || b.id::VARCHAR)::UUID, greatest(a.seq, b.seq), a.prompt, a.model, b.model,
       1::TINYINT, a.turn, NULL, a.judge, 1::TINYINT, NULL, NULL, a.score, b.score, 1::TINYINT,
       CASE WHEN a.status = 'ok' THEN b.status ELSE a.status END
FROM grades a JOIN grades b USING (board, prompt, judge, turn)
WHERE a.board = the_board AND a.id < b.id;

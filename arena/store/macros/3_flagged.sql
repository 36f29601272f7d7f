-- The flagged battles of a board, with their flags as one number (arena.flags.BITS).
CREATE OR REPLACE MACRO bit_of(mark) AS CASE mark WHEN 'copy' THEN 1 WHEN 'alike' THEN 2 WHEN 'trained' THEN 4 ELSE 8 END;

CREATE OR REPLACE MACRO flagged(the_board) AS TABLE
SELECT battle, bit_or(bit_of(mark)) AS bits FROM (
    SELECT battle, mark FROM flags WHERE board = the_board AND battle IS NOT NULL
    UNION ALL
    SELECT fought.battle, f.mark
    FROM flags f JOIN (SELECT DISTINCT battle, prompt, model_a, model_b FROM games(the_board)) fought
         ON fought.prompt = f.prompt
    JOIN models a ON a.id = fought.model_a JOIN models b ON b.id = fought.model_b
    WHERE f.board = the_board AND f.battle IS NULL AND coalesce(f.model, a.name) IN (a.name, b.name)
)
GROUP BY battle;

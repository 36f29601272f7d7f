-- The flags of some battles, each battle's own and those of its prompt.
WITH fought AS (SELECT DISTINCT battle, prompt, model_a, model_b FROM games($board)
                WHERE battle IN (SELECT unnest($battles)::UUID))
SELECT battle::VARCHAR, mark, own, prompt, model, source, item, likeness, said FROM (
    SELECT fought.battle, f.mark, f.battle::VARCHAR AS own, f.prompt::VARCHAR AS prompt, f.model, f.source, f.item,
           f.likeness, f.said
    FROM flags f JOIN fought ON fought.battle = f.battle WHERE f.board = $board
    UNION ALL
    SELECT fought.battle, f.mark, NULL, f.prompt::VARCHAR, f.model, f.source, f.item, f.likeness, f.said
    FROM flags f JOIN fought ON fought.prompt = f.prompt JOIN models a ON a.id = fought.model_a
         JOIN models b ON b.id = fought.model_b
    WHERE f.board = $board AND f.battle IS NULL AND coalesce(f.model, a.name) IN (a.name, b.name)
)
ORDER BY battle, bit_of(mark), likeness DESC, source, item;

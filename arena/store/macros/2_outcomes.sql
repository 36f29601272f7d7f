-- Verdicts folded into outcomes: one row per battle and judge (two half-weight rows under count2).
-- `kind` is a, b, tie, both_bad, soft or undecided; `y` is side a's share in 0-1; `w` the weight.
-- A battle is undecided when a game that its protocol expects is missing or unread. `part` is the share of a
-- battle that a row stands for. A winner that the judge named counts, also where its scores say otherwise; one
-- readable verdict per judge and game counts, the first.
CREATE OR REPLACE MACRO kind_of(status, winner, preference, score_a, score_b, delta, bad_at) AS
CASE
    WHEN status <> 'ok' THEN 'undecided'
    WHEN winner = 'both_bad' OR (winner IS NOT NULL AND score_a IS NOT NULL AND score_b IS NOT NULL
         AND sign(score_a - score_b) <> CASE winner WHEN 'a' THEN 1 WHEN 'b' THEN -1 ELSE 0 END) THEN winner::VARCHAR
    WHEN score_a IS NOT NULL AND score_b IS NOT NULL THEN
        CASE WHEN greatest(score_a, score_b) <= bad_at THEN 'both_bad'
             WHEN abs(score_a - score_b) <= delta THEN 'tie'
             WHEN score_a > score_b THEN 'a' ELSE 'b' END
    WHEN winner IS NOT NULL THEN winner::VARCHAR
    WHEN preference = 1 THEN 'a'
    WHEN preference = 0 THEN 'b'
    WHEN preference = 0.5 THEN 'tie'
    WHEN preference IS NOT NULL THEN 'soft'
    ELSE 'undecided'
END;

CREATE OR REPLACE MACRO share_of(kind, preference) AS
CASE kind WHEN 'a' THEN 1.0::DOUBLE WHEN 'b' THEN 0.0::DOUBLE WHEN 'tie' THEN 0.5::DOUBLE WHEN 'both_bad' THEN 0.5::DOUBLE
          WHEN 'soft' THEN preference END;

CREATE OR REPLACE MACRO outcomes(the_board, merge, delta, bad_at, strong) AS TABLE
WITH read AS (
    SELECT *, kind_of(status, winner, preference, score_a, score_b, delta, bad_at) AS kind FROM games(the_board)
),
again AS (  -- few, if any: sorting all rows to find them takes twice the time of the rest
    SELECT battle, judge, game FROM read WHERE games > 1 GROUP BY ALL HAVING count(*) > 1
),
single AS (
    SELECT * FROM read ANTI JOIN again USING (battle, judge, game) WHERE games > 1
    UNION ALL
    (SELECT * FROM read SEMI JOIN again USING (battle, judge, game) WHERE games > 1
     QUALIFY row_number() OVER (PARTITION BY battle, judge, game ORDER BY kind = 'undecided', seq) = 1)
),
paired AS (
    SELECT battle, judge, any_value(seq) AS seq, any_value(prompt) AS prompt, any_value(model_a) AS model_a,
           any_value(model_b) AS model_b, any_value(turn) AS turn, any_value(played) AS played,
           any_value(games) AS games, CASE WHEN min(kind) = max(kind) THEN max(strength) ELSE 1 END AS strength,
           count(*) FILTER (kind <> 'undecided') >= any_value(games) AS decided,
           bool_or(kind = 'a') AND bool_or(kind = 'b') AS flipped,
           CASE WHEN count(score_a) = count(*) THEN avg(score_a) END AS score_a,
           CASE WHEN count(score_b) = count(*) THEN avg(score_b) END AS score_b,
           avg(share_of(kind, preference)) AS share, bool_or(kind = 'soft') AS soft,
           min(kind) AS least, max(kind) AS most,
           bool_and(winner IS NULL OR winner::VARCHAR = kind_of('ok', NULL, NULL, score_a, score_b, 0, NULL)) AS scored
    FROM single GROUP BY battle, judge
),
folded AS (
    SELECT *, CASE
        WHEN NOT decided THEN 'undecided'
        WHEN merge = 'strict' THEN CASE WHEN least = most THEN least ELSE 'tie' END
        WHEN scored AND score_a IS NOT NULL AND score_b IS NOT NULL
            THEN kind_of('ok', NULL, NULL, score_a, score_b, delta, bad_at)
        WHEN soft THEN 'soft'
        WHEN share > 0.5 THEN 'a'
        WHEN share < 0.5 THEN 'b'
        WHEN least = 'both_bad' AND most = 'both_bad' THEN 'both_bad'
        ELSE 'tie' END AS kind
    FROM paired
)
SELECT battle, judge, seq, prompt, model_a, model_b, turn, played, score_a, score_b, false AS flipped, kind,
       share_of(kind, preference) AS y, CASE WHEN strength > 1 THEN strong ELSE 1.0::DOUBLE END AS w, 1.0::DOUBLE AS part
FROM read WHERE games = 1
UNION ALL
SELECT battle, judge, seq, prompt, model_a, model_b, turn, played, score_a, score_b, flipped, kind,
       share_of(kind, share), CASE WHEN strength > 1 THEN strong ELSE 1.0::DOUBLE END, 1.0::DOUBLE
FROM folded WHERE merge <> 'count2'
UNION ALL
SELECT r.battle, r.judge, r.seq, r.prompt, r.model_a, r.model_b, r.turn, r.played, r.score_a, r.score_b, f.flipped,
       CASE WHEN f.decided THEN r.kind ELSE 'undecided' END,
       CASE WHEN f.decided THEN share_of(r.kind, r.preference) END,
       CASE WHEN r.strength > 1 THEN strong ELSE 1.0::DOUBLE END / r.games, 1.0::DOUBLE / r.games
FROM single r JOIN folded f USING (battle, judge) WHERE merge = 'count2';

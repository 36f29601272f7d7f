-- Outcomes summed by pair of models, for every rating method. Dropped ties count in tie and both_bad only. Equal
-- outcomes are counted first (`c`): there are few kinds of them, and many of each.
SELECT a, b, coalesce(round(sum(part) FILTER (used)), 0)::BIGINT AS n,
       coalesce(sum(c * w) FILTER (used), 0) AS weight,
       coalesce(sum(c * w * y) FILTER (used), 0) AS points,
       coalesce(sum(c * w * w) FILTER (used), 0) AS ww,
       coalesce(sum(c * w * w * y) FILTER (used), 0) AS wwy,
       coalesce(sum(c * w * w * y * y) FILTER (used), 0) AS wwyy,
       sum(CASE kind WHEN 'a' THEN c * w WHEN 'soft' THEN c * w * y ELSE 0 END) AS win_a,
       sum(CASE kind WHEN 'b' THEN c * w WHEN 'soft' THEN c * w * (1 - y) ELSE 0 END) AS win_b,
       sum(CASE kind WHEN 'tie' THEN c * w ELSE 0 END) AS tie,
       sum(CASE kind WHEN 'both_bad' THEN c * w ELSE 0 END) AS both_bad
FROM (SELECT *, NOT (kind = 'tie' AND $ties = 'drop') AND NOT (kind = 'both_bad' AND $both_bad = 'drop') AS used
      FROM (SELECT model_a AS a, model_b AS b, kind, y, w, count(*) AS c, sum(part) AS part
            FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
            WHERE model_a <> model_b AND kind <> 'undecided' AND /*where*/ GROUP BY ALL))
GROUP BY a, b ORDER BY a, b;

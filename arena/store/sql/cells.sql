-- Outcomes summed by pair of models, for every rating method. Dropped ties count in tie and both_bad only.
SELECT model_a AS a, model_b AS b,
       coalesce(round(sum(part) FILTER (used)), 0)::BIGINT AS n,
       coalesce(sum(w) FILTER (used), 0) AS weight,
       coalesce(sum(w * y) FILTER (used), 0) AS points,
       coalesce(sum(w * w) FILTER (used), 0) AS ww,
       coalesce(sum(w * w * y) FILTER (used), 0) AS wwy,
       coalesce(sum(w * w * y * y) FILTER (used), 0) AS wwyy,
       sum(CASE kind WHEN 'a' THEN w WHEN 'soft' THEN w * y ELSE 0 END) AS win_a,
       sum(CASE kind WHEN 'b' THEN w WHEN 'soft' THEN w * (1 - y) ELSE 0 END) AS win_b,
       sum(CASE kind WHEN 'tie' THEN w ELSE 0 END) AS tie,
       sum(CASE kind WHEN 'both_bad' THEN w ELSE 0 END) AS both_bad
FROM (SELECT *, NOT (kind = 'tie' AND $ties = 'drop') AND NOT (kind = 'both_bad' AND $both_bad = 'drop') AS used
      FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
      WHERE model_a <> model_b AND kind <> 'undecided' AND /*where*/)
GROUP BY model_a, model_b ORDER BY model_a, model_b;

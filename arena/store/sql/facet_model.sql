-- Battles per model, either side, under a filter.
SELECT m.name, sum(n)::BIGINT FROM (
    SELECT unnest([model_a, model_b]) AS model, n
    FROM (SELECT model_a, model_b, count(*) AS n FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
          WHERE model_a <> model_b AND /*where*/ GROUP BY ALL))
JOIN models m ON m.id = model GROUP BY m.name ORDER BY 2 DESC, m.name;

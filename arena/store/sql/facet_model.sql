-- Battles per model, either side, under a filter.
SELECT m.name, count(*) FROM (
    SELECT unnest([model_a, model_b]) AS model
    FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE model_a <> model_b AND /*where*/)
JOIN models m ON m.id = model GROUP BY m.name ORDER BY count(*) DESC, m.name;

-- Battles per judge under a filter.
SELECT j.name, count(*) FROM outcomes($board, $merge, $delta, $bad_at, $strong) o JOIN judges j ON j.id = o.judge
WHERE /*where*/ GROUP BY j.name ORDER BY count(*) DESC, j.name;

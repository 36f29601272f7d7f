-- Battles whose two games named different winners, and all others, under a filter.
SELECT CASE WHEN flipped THEN 'true' ELSE 'false' END, count(*)
FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/ GROUP BY 1 ORDER BY 1;

-- Battles without a decision (a verdict is missing or could not be read), and all others, under a filter.
SELECT CASE WHEN kind = 'undecided' THEN 'true' ELSE 'false' END, count(*)
FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/ GROUP BY 1 ORDER BY 1;

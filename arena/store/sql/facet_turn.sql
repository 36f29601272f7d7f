-- Battles per judged turn under a filter.
SELECT turn::VARCHAR, count(*) FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/
GROUP BY turn ORDER BY turn;

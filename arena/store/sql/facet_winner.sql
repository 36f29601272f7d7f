-- Battles per outcome under a filter.
SELECT kind, count(*) FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/
GROUP BY kind ORDER BY kind;

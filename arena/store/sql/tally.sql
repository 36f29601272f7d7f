-- How many outcomes of each kind a filter leaves.
SELECT kind, count(*) FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/ GROUP BY kind;

-- First and last day of the battles under a filter.
SELECT min(played)::DATE, max(played)::DATE FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/;

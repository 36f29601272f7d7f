-- Decided battles that nobody won.
SELECT judge, cluster, prompt, a, b, gap, (kind IN ('tie', 'both_bad'))::INTEGER AS f, 1 AS d
FROM judged WHERE kind <> 'undecided'

-- Score gaps, rounded to whole points, under a filter: side a's score minus side b's.
SELECT round(score_a - score_b)::INTEGER, count(*) FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
WHERE score_a IS NOT NULL AND score_b IS NOT NULL AND /*where*/ GROUP BY 1 ORDER BY 1;

-- Decisive verdicts of battles in both orders that the answer shown first won.
SELECT judge, cluster, prompt, a, b, gap, ((kind = 'a') = (NOT swapped))::INTEGER AS f, 1 AS d
FROM game WHERE games > 1 AND kind IN ('a', 'b')

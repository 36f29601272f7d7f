-- Battles by everything that a facet counts, under the filters that are no facet. Outcome and gap are seen from
-- the side of the model named first, as the filter on outcomes sees them.
SELECT CASE WHEN turned AND kind IN ('a', 'b') THEN CASE kind WHEN 'a' THEN 'b' ELSE 'a' END ELSE kind END AS winner,
       j.name AS judge, p.categories AS category, p.language AS language, turn::VARCHAR AS turn,
       CASE WHEN flipped THEN 'true' ELSE 'false' END AS flipped, failed, against_human,
       CASE WHEN turned THEN -gap ELSE gap END AS gap, count(*)
FROM (SELECT o.*, coalesce(o.model_a <> (SELECT id FROM models WHERE name = $named), false) AS turned,
             round(score_a - score_b)::INTEGER AS gap, CASE WHEN false /*failed*/ THEN 'true' ELSE 'false' END AS failed,
             NULL /*against*/ AS against_human
      FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/) o
JOIN judges j ON j.id = o.judge LEFT JOIN prompts p ON p.id = o.prompt
GROUP BY ALL;

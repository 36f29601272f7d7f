-- Battles by everything that a facet counts, under the filters that are no facet. Outcome and gap are seen from
-- the side of the model named first, as the filter on outcomes sees them.
SELECT winner, j.name AS judge, p.categories AS category, p.language AS language, turn::VARCHAR AS turn,
       CASE WHEN flipped THEN 'true' ELSE 'false' END AS flipped,
       CASE WHEN failed THEN 'true' ELSE 'false' END AS failed, against_human,
       CASE WHEN bits > 0 THEN 'false' WHEN bits = 0 THEN 'true' END AS clean,
       list_filter(['copy', 'alike', 'trained', 'public'], lambda one: bits & bit_of(one) > 0) AS mark,
       gap, sum(n)::BIGINT
FROM (SELECT CASE WHEN turned AND kind IN ('a', 'b') THEN CASE kind WHEN 'a' THEN 'b' ELSE 'a' END
                  ELSE kind::VARCHAR END AS winner,
             CASE WHEN turned THEN -gap ELSE gap END AS gap, judge, asked, turn, flipped, failed, against_human,
             bits, n
      FROM (SELECT kind, judge, turn, flipped, o.prompt AS asked, false /*failed*/ AS failed,
                   NULL /*against*/ AS against_human, NULL /*bits*/ AS bits, round(score_a - score_b)::INTEGER AS gap,
                   coalesce(o.model_a <> (SELECT id FROM models WHERE name = $named), false) AS turned, count(*) AS n
            FROM outcomes($board, $merge, $delta, $bad_at, $strong) o WHERE /*where*/ GROUP BY ALL)) o
JOIN judges j ON j.id = o.judge LEFT JOIN prompts p ON p.id = o.asked
GROUP BY ALL;

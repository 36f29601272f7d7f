-- Battles one by one with both answers' figures of style; battles without both texts are left out.
WITH texts AS (
    SELECT prompt, model, min_by((tokens, headers, lists, bolds), sample) AS figures
    FROM responses WHERE tokens IS NOT NULL GROUP BY prompt, model
),
own AS (SELECT id, (tokens, headers, lists, bolds) AS figures FROM responses WHERE tokens IS NOT NULL)
SELECT o.model_a AS a, o.model_b AS b, o.y, o.w AS weight,
       dense_rank() OVER (ORDER BY CASE WHEN $by = 'battle' OR o.prompt IS NULL THEN o.battle ELSE o.prompt END) - 1 AS cluster,
       fa[1] AS tokens_a, fa[2] AS headers_a, fa[3] AS lists_a, fa[4] AS bolds_a,
       fb[1] AS tokens_b, fb[2] AS headers_b, fb[3] AS lists_b, fb[4] AS bolds_b
FROM (SELECT o.*, coalesce(ra.figures, ta.figures) AS fa, coalesce(rb.figures, tb.figures) AS fb
      FROM (SELECT * FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
            WHERE model_a <> model_b AND kind <> 'undecided' AND NOT (kind = 'tie' AND $ties = 'drop')
              AND NOT (kind = 'both_bad' AND $both_bad = 'drop') AND /*where*/) o
      LEFT JOIN battles x ON x.id = o.battle
      LEFT JOIN own ra ON ra.id = x.response_a LEFT JOIN own rb ON rb.id = x.response_b
      LEFT JOIN texts ta ON ta.prompt = o.prompt AND ta.model = o.model_a
      LEFT JOIN texts tb ON tb.prompt = o.prompt AND tb.model = o.model_b) o
WHERE fa IS NOT NULL AND fb IS NOT NULL;

-- Battles per category of the prompt under a filter; a prompt may have several.
SELECT category, sum(n)::BIGINT FROM (
    SELECT unnest(p.categories) AS category, c.n
    FROM (SELECT prompt, count(*) AS n FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
          WHERE prompt IS NOT NULL AND /*where*/ GROUP BY prompt) c JOIN prompts p ON p.id = c.prompt)
GROUP BY category ORDER BY 2 DESC, 1;

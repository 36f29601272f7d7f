-- Battles per language of the prompt under a filter.
SELECT p.language, sum(c.n)::BIGINT
FROM (SELECT prompt, count(*) AS n FROM outcomes($board, $merge, $delta, $bad_at, $strong) o
      WHERE prompt IS NOT NULL AND /*where*/ GROUP BY prompt) c JOIN prompts p ON p.id = c.prompt
WHERE p.language IS NOT NULL GROUP BY p.language ORDER BY 2 DESC, 1;

-- Candidates that did not become rows, with the selection that dropped them.
SELECT d.run, d.step, s.iteration, s.stage, d.prompt::VARCHAR, d.rule, d.reason,
       d.battles::VARCHAR[]
FROM dropped_rows d JOIN selections s USING (run, step)
WHERE /*where*/
ORDER BY s.iteration, d.run, d.step, d.rule, d.reason LIMIT 100;

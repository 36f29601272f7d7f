-- Training rows with the selection that they stand in.
SELECT r.run, r.step, s.iteration, s.stage, r.id::VARCHAR, r.kind, r.prompt::VARCHAR,
       r.battles::VARCHAR[], r.model, r.beaten, r.gap, r.origin, r.reason, r.category
FROM training_rows r JOIN selections s USING (run, step)
WHERE /*where*/
ORDER BY s.iteration, r.run, r.step, r.id LIMIT 100;

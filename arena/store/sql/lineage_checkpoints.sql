-- Checkpoints, with what each learnt from and what it was made of.
SELECT c.run, c.name, c.key, c.stage, c.made_from, c.made_by, c.rows, c.steps,
       coalesce((SELECT list([p.role, p.key, p.name] ORDER BY p.role) FROM checkpoint_parents p WHERE p.run = c.run), [])
FROM checkpoints c
WHERE c.trouble IS NULL AND /*where*/
ORDER BY c.run LIMIT 100;

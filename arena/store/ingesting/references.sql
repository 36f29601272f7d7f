-- New reference answers.
INSERT INTO reference_answers
SELECT id::UUID, prompt::UUID, author, turns FROM new_references WHERE nth IN (FROM fresh);

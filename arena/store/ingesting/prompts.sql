-- New prompts.
INSERT INTO prompts
SELECT id::UUID, source, "natural", turns, categories, language, difficulty
FROM new_prompts WHERE nth IN (FROM fresh);

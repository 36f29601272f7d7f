-- Prompts by id, whole.
SELECT id::VARCHAR, source, "natural", turns, categories, language, difficulty FROM prompts WHERE id IN (SELECT unnest($ids)::UUID);

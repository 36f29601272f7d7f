-- The beginnings and categories of some prompts.
SELECT id::VARCHAR, left(turns[1], 400), categories FROM prompts WHERE id IN (SELECT unnest($ids)::UUID);

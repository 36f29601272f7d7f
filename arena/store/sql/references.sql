-- Reference answers of a prompt.
SELECT id::VARCHAR, prompt::VARCHAR, author, turns FROM reference_answers WHERE prompt = $prompt::UUID ORDER BY author, id;

-- Languages of a board's prompts, most frequent first.
SELECT language FROM prompts WHERE source = $name AND language IS NOT NULL
GROUP BY language ORDER BY count(*) DESC, language;

-- Training rows whose id begins with these characters (dashes left out).
SELECT DISTINCT id::VARCHAR FROM training_rows
WHERE starts_with(replace(id::VARCHAR, '-', ''), $prefix) ORDER BY 1 LIMIT 3;

-- Every board with its counts; the user's own first.
SELECT id, name, kind, title, source, licence, date, category, shipped, battles, models, judges, clustered
FROM boards ORDER BY shipped, name;

-- Tokens and milliseconds of a verdict, where they are known.
SELECT judge, avg(tokens), avg(milliseconds) FROM game GROUP BY judge

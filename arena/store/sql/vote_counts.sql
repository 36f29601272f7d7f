-- How many votes a board has, by what became of them.
SELECT count(*), count(DISTINCT voter), count(*) FILTER (gone), count(*) FILTER (NOT gone AND list_contains(flags, 'again')),
       count(*) FILTER (NOT gone AND list_contains(flags, 'fast')), count(*) FILTER (NOT gone AND list_contains(flags, 'named')),
       count(*) FILTER (NOT gone AND NOT list_contains(flags, 'again'))
FROM (SELECT *, id IN (SELECT vote FROM undone WHERE board = $board) AS gone FROM votes WHERE board = $board);

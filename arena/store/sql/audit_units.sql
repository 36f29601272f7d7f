-- Things by how often each label was given, over the judges that are asked for: what alpha is made of.
SELECT one, two, neither, count(*) FROM (
    SELECT count(*) FILTER (label = 1) AS one, count(*) FILTER (label = 2) AS two, count(*) FILTER (label = 3) AS neither
    FROM judged WHERE label IS NOT NULL AND judge IN (SELECT unnest($whose::INTEGER[])) GROUP BY thing)
GROUP BY ALL ORDER BY ALL

-- What a judge says where the reference says this: counts of each pair of labels.
SELECT o.judge, t.label, o.label, count(*) FROM judged o JOIN truth t USING (thing)
WHERE o.label IS NOT NULL AND o.judge NOT IN (SELECT unnest($references::INTEGER[])) GROUP BY ALL ORDER BY ALL

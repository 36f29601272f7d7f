-- Votes that stand, each beside what every judge that is no person says of its battle: 1 side a, -1 side b, 0 neither.
SELECT j.name, v.drawn, len(v.flags) > 0, coalesce(o.prompt, o.battle)::VARCHAR,
       sign(round(o.y - 0.5, 9))::INTEGER AS said,
       CASE v.winner WHEN 'a' THEN 1 WHEN 'b' THEN -1 ELSE 0 END AS wanted
FROM (SELECT * FROM votes WHERE board = $board AND NOT list_contains(flags, 'again')
      AND id NOT IN (SELECT vote FROM undone WHERE board = $board)) v
JOIN outcomes($board, $merge, $delta, $bad_at, $strong) o ON o.battle = v.battle
JOIN judges j ON j.id = o.judge
WHERE o.y IS NOT NULL AND NOT regexp_full_match(lower(j.name), $people) ORDER BY v.voted, v.id, j.name;

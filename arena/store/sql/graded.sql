-- Single grades behind battles that they imply: what the judge said of each side.
SELECT md5(a.id::VARCHAR || b.id::VARCHAR)::UUID::VARCHAR AS battle, a.id::VARCHAR, b.id::VARCHAR, j.name, ma.name, mb.name,
       a.score, b.score, a.explanation, b.explanation, a.status::VARCHAR, b.status::VARCHAR
FROM grades a JOIN grades b USING (board, prompt, judge, turn)
JOIN judges j ON j.id = a.judge JOIN models ma ON ma.id = a.model JOIN models mb ON mb.id = b.model
WHERE a.board = $board AND a.id < b.id AND md5(a.id::VARCHAR || b.id::VARCHAR)::UUID IN (SELECT unnest($battles)::UUID);

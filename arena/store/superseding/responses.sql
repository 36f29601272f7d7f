-- Responses that failed before and came when they were asked for again take the place of the failed ones.
UPDATE responses SET turns = n.turns, tokens = n.tokens, headers = n.headers, lists = n.lists, bolds = n.bolds,
       status = 'ok', milliseconds = n.milliseconds
FROM (SELECT * FROM new_responses WHERE coalesce(status, 'ok') = 'ok'
      QUALIFY row_number() OVER (PARTITION BY id ORDER BY nth) = 1) n
WHERE responses.id = n.id::UUID AND responses.status <> 'ok';

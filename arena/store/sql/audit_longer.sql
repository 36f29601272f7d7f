-- Battles that one side won, between answers of different length: did the longer win?
SELECT o.judge, o.cluster, o.prompt, o.a, o.b, o.gap, ((o.kind = 'a') = (la > lb))::INTEGER AS f, 1 AS d
FROM (SELECT o.*, coalesce(ra.tokens, ta.tokens) AS la, coalesce(rb.tokens, tb.tokens) AS lb
      FROM (SELECT * FROM judged WHERE kind IN ('a', 'b')) o
      LEFT JOIN battles x ON x.id = o.battle
      LEFT JOIN responses ra ON ra.id = x.response_a LEFT JOIN responses rb ON rb.id = x.response_b
      LEFT JOIN (SELECT prompt, model, min_by(tokens, sample) AS tokens FROM responses
                 WHERE tokens IS NOT NULL GROUP BY ALL) ta ON ta.prompt = o.prompt AND ta.model = o.a
      LEFT JOIN (SELECT prompt, model, min_by(tokens, sample) AS tokens FROM responses
                 WHERE tokens IS NOT NULL GROUP BY ALL) tb ON tb.prompt = o.prompt AND tb.model = o.b) o
WHERE la <> lb /*even*/

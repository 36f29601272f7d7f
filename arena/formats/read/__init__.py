"""What the formats share: decoding, rows of JSON and tables, fields, ids, style. No format is here."""

"""The only place with DuckDB: facts in, questions answered. One SQL question is one file in `sql/`."""

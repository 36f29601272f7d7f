"""Who decides: one file per judge, games in, verdicts out. `types` says what a judge is."""

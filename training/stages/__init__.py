"""Training stages: one algorithm a file, each read top to bottom."""

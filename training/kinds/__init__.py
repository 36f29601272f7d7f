"""Kinds of job that train (`arena.jobs.types` says what a kind has)."""

"""Kinds of job: what a run can be (`arena.jobs.types` says what a kind has)."""

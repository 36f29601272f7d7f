"""What an answer is worth while a model learns: one file per kind. `types` says what a reward is."""

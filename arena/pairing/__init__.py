"""Who meets whom on which prompt: one file per plan. `types` says what a plan is."""

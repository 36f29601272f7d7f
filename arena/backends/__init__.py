"""What answers: one file per backend, batches in, batches out. `types` says what a backend is."""

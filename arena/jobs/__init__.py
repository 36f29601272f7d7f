"""Work that outlives the app: run folders, workers, the queue. `types` says what a kind of job is."""

"""Where prompts come from: one file per source. `types` says what a source is."""

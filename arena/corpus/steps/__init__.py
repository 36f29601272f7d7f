"""The steps that clean a corpus, one file each; `arena.corpus.types` says what a step is."""

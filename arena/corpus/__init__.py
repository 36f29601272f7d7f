"""From instruction collections to test sets: read, clean, embed, cluster, draw, split; each set with a manifest."""

"""From instruction collections to test sets: read, clean, embed, cluster, draw, split."""

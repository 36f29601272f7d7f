"""From instruction collections to test sets and data parts, each step with what it dropped and why."""

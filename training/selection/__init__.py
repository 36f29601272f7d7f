"""Selection rules: one a file, put in a row; the first ones make rows, the others drop some."""

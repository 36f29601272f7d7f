"""Writing formats: a file of a format's name here is how it is written; the others are what those share."""

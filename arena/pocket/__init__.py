"""The pocket arena: a small world whose answers can be checked, with its own tiny models."""

"""File formats: one file per format, its name the format's; `catalog` finds them, `read` is shared."""

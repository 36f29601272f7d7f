"""Pages to keep: one self-contained HTML file each, that opens offline, without a script, and prints well."""

"""The command line: every page action has its verb, every verb that prints data has `--json`."""

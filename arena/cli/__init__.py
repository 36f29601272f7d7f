"""The command line: every page action has its verb, every verb that prints data has `--json`."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads: threads cost

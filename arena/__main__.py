"""The `arena` command."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads; small matrices are slower on more

from arena.cli.verbs import main

if __name__ == "__main__":
    main()

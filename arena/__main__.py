"""The `arena` command: the arena's own verbs, and those that training hangs on it."""

import training.cli
import training.studies.verbs  # noqa: F401
from arena.cli.main import main

if __name__ == "__main__":
    main()

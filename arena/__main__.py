"""The `arena` command: the arena's own verbs, and those that training hangs on it."""

import training.cli  # noqa: F401 - hangs its verbs on the app
import training.studies.verbs  # noqa: F401
from arena.cli.main import main

if __name__ == "__main__":
    main()

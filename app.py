"""Opens the app: `python app.py`. Everything else is in `arena`; `arena serve` is the same with options."""

import sys

from arena.cli.main import main

if __name__ == "__main__":
    sys.argv[1:] = ["serve", *sys.argv[1:]]
    main()

"""Opens the app: `python app.py`. Everything else is in `arena`; `arena serve` is the same with options."""

import sys

from arena.errors import ArenaError
from arena.pages.serve import serve
from arena.settings import Settings

if __name__ == "__main__":
    try:
        serve(Settings())
    except ArenaError as error:
        sys.exit(f"arena: {error}")

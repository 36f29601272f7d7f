"""What the first visitor will ask for is asked while the pages are still being built: folding takes seconds.

So nothing here loads the library that pages are built with. Leaves out what is kept (`arena.store.folds`).
"""

import threading

from arena.errors import ArenaError
from arena.pages import look, shelf
from arena.service import closer
from arena.service import requests as ask
from arena.service.service import Service


def begin(service: Service) -> threading.Thread:
    """Starts asking; joined before the service is closed."""
    made = threading.Thread(target=warm, args=(service,), name="warm", daemon=True)
    made.start()
    return made


def warm(service: Service) -> None:
    """The leaderboard and the list of battles that open first."""
    try:
        if scene := look.read(service.boards(), {}):
            service.leaderboard(ask.Leaderboard(scene.info.board, scene.plain, scene.filters))
        board, _ = shelf.pick(shelf.readable(service.boards()), {})
        if board is not None and board.kind == "battles":
            service.battles(ask.Battles(board.board))
            service.perform(closer.Facets(board.board))
    except ArenaError:
        return  # a board that cannot be ranked says so on its page

"""Who is looking, and who may start, steer and remove: the roles of the app.

Without any password only this machine reaches the app, and whoever sits at it operates it. With passwords
everybody logs in: user `arena` looks (and may upload battles), user `operator` operates. Leaves out the
command line, which reaches the app through its own door (`arena.service.door`).
"""

import hmac
from collections.abc import Callable

from gradio.context import LocalContext

from arena.settings import Settings

VISITOR, OPERATOR = "arena", "operator"


def login(settings: Settings) -> Callable[[str, str], bool] | None:
    """What decides whether a name and its password are let in; None where nobody needs one."""
    words = {VISITOR: settings.password, OPERATOR: settings.operator_password}
    if not any(words.values()):
        return None

    def known(name: str, word: str) -> bool:
        wanted = words.get(name)
        return bool(wanted) and hmac.compare_digest(word.encode(), str(wanted).encode())

    return known


def operates(settings: Settings) -> bool:
    """Whether whoever is answered now may launch, steer, remove, and name paths; asked inside an event."""
    if login(settings) is None:
        return True
    asked = LocalContext.request.get(None)
    return asked is not None and asked.username == OPERATOR

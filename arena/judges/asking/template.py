"""Prompt files: a fixed `[system]` part, so that prefix caching works, and a `[user]` part with the game.

Placeholders such as `{question}` are filled in one pass: what is put in is never searched again. Leaves out
what is put in (`fence`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from arena.backends.types import Message
from arena.errors import BadRequest, NotFound, Unreadable

FOLDER = Path(__file__).parent.parent / "prompts"
"""The prompts that come with the program."""

_PARTS = re.compile(r"\A\s*\[system\]\n(.*?)^\[user\]\n(.*)\Z", re.DOTALL | re.MULTILINE)
_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt file."""

    system: str
    user: str

    @property
    def slots(self) -> frozenset[str]:
        """The placeholders of the part that changes."""
        return frozenset(_SLOT.findall(self.user))

    @property
    def text(self) -> str:
        """All of it: part of a judge's identity."""
        return f"[system]\n{self.system}\n[user]\n{self.user}"


def load(name: str, needed: frozenset[str], known: frozenset[str]) -> Template:
    """The prompt of that name, or in that file.

    Raises:
        NotFound: there is no such prompt.
        Unreadable: it has not the two parts, or is no text.
        BadRequest: a placeholder is missing or unknown.
    """
    path = _path(name)
    try:
        parts = _PARTS.match(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"prompt {path} cannot be read as text: {error}") from error
    if parts is None:
        raise Unreadable(f"prompt {path} has no line [system] with a line [user] after it: add them")
    found = Template(parts[1].strip(), parts[2].strip())
    if fixed := sorted(set(_SLOT.findall(found.system)) & known):
        raise BadRequest(
            f"prompt {path}: {{{fixed[0]}}} stands under [system], which is the same for every game"
        )
    if lost := sorted(needed - found.slots):
        raise BadRequest(f"prompt {path}: {{{lost[0]}}} is missing under [user]")
    if odd := sorted(found.slots - known):
        raise BadRequest(f"prompt {path}: {{{odd[0]}}} is unknown: there are {', '.join(sorted(known))}")
    return found


def _path(name: str) -> Path:
    shipped = sorted(path.stem for path in FOLDER.glob("*.txt"))
    if name in shipped:
        return FOLDER / f"{name}.txt"
    path = Path(name).expanduser()
    if path.is_file():
        return path
    raise NotFound(f"no prompt {name}: name a text file, or one of {', '.join(shipped)}")


def fill(template: Template, values: Mapping[str, str]) -> tuple[Message, ...]:
    """The messages to the judge. Every placeholder of the template must be among the values."""
    user = _SLOT.sub(lambda slot: values[slot[1]], template.user)
    system = (Message("system", template.system),) if template.system else ()
    return (*system, Message("user", user))

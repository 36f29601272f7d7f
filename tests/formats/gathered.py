"""The facts of a folder, by kind and key, for tests that count them."""

from pathlib import Path

from arena.formats import catalog
from arena.formats.types import Source
from arena.types import Fact, Note, Reject

Found = dict[type, dict[object, Fact]]


def facts(root: Path, **known: str) -> tuple[Found, list[str], list[Reject]]:
    """Facts by kind and id (or themselves), notes, rejects; what is said twice must be said alike."""
    found: Found = {}
    notes, rejects = [], []
    for path, name in catalog.find(root)[0]:
        for item in catalog.load(name).read(Source(path, root, "board", **known)):
            if isinstance(item, Note):
                notes.append(item.text)
            elif isinstance(item, Reject):
                rejects.append(item)
            else:
                for fact in item.facts:
                    key = getattr(fact, "id", fact)
                    assert found.setdefault(type(fact), {}).setdefault(key, fact) == fact
    return found, notes, rejects

"""Model names as FastChat's files spell them, made one per model; every rename is noted once."""

from arena.formats.read.fields import Malformed
from arena.types import Note


class Names:
    """The renames met in one file. `notes` holds those not yet told."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self._told: set[tuple[str, str]] = set()

    def short(self, model: str) -> str:
        """The name without its organisation: mistralai/Mixtral-8x7B is Mixtral-8x7B."""
        name = model.rsplit("/", 1)[-1]
        if not name.strip():
            raise Malformed(f"model {model!r} has no name after its organisation")
        return self.called(model, name)

    def called(self, model: str, name: str) -> str:
        """`name`, with a note where the file says `model`."""
        if model != name and (model, name) not in self._told:
            self._told.add((model, name))
            self.notes.append(Note(f"model {model} is called {name}"))
        return name

    def tell(self) -> list[Note]:
        """The notes since the last call."""
        told, self.notes = self.notes, []
        return told

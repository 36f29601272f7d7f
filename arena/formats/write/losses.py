"""What an export leaves out or says otherwise, counted so that the person is told."""

from collections import Counter


class Losses:
    """Sentences with how often each was true."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, what: str, when: object = True) -> None:
        """Counts `what` ("soft preferences became a winner") once more, if `when`."""
        if when:
            self._counts[what] += 1

    @property
    def notes(self) -> tuple[str, ...]:
        """The sentences, each with its count."""
        return tuple(f"{count:,} {what}" for what, count in self._counts.items())

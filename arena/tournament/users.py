"""Prompts as simulated users go on with them: each with an id of its own that says who went on.

What a model said for a user is kept with the run, so that a resumed run asks it again for nothing. Reference
answers stay behind where turns were added. Leaves out what users say (`arena.users`).
"""

from dataclasses import dataclass, replace
from typing import Any

from arena import plugins
from arena.plugins import Choice
from arena.prompts.types import prompt_id
from arena.tournament.config import Tournament
from arena.tournament.facts import Failure
from arena.tournament.ledger import Ledger
from arena.types import Prompt
from arena.users.types import Said, User

USERS = "arena.users"
_MARK = " + "
"""Between a prompt's natural id and who went on with it."""


def made(prompt: Prompt) -> bool:
    """Whether a user went on with a prompt."""
    return _MARK in prompt.natural


@dataclass(frozen=True, slots=True)
class Extended:
    """A batch of prompts with their further turns."""

    prompts: tuple[Prompt, ...]
    asked: bool
    """Whether a model was asked: then they are to be told before they are used."""
    failures: tuple[Failure, ...] = ()


class Speaking:
    """One user of a tournament, opened when first needed."""

    def __init__(self, config: Tournament, choice: Choice, ledger: Ledger) -> None:
        self.name = choice.name
        self._options: Any = plugins.config(USERS, choice)
        self._board, self._ledger = config.board, ledger
        self._identity = plugins.load(USERS, choice.name).identity(self._options)
        self._user: User | None = None
        self._asks = getattr(self._options, "backend", None) is not None

    def extend(self, prompts: list[Prompt]) -> Extended:
        """The prompts with this user's turns, as far as they came; what failed is told.

        Raises:
            ArenaError: the user's model cannot answer at all.
        """
        if self.name == "plain":
            return Extended(tuple(prompts), asked=False)
        known = {prompt.id: self._ledger.spoken(self._id(prompt)) for prompt in prompts}
        missing = [prompt for prompt in prompts if known[prompt.id] is None]
        said: dict[str, Said] = {}
        if missing:
            user = self._opened()
            said = {one.prompt: one for one in user.say(prompts if user.exact else missing)}
        found, failures = [], []
        for prompt in prompts:
            there, new = known[prompt.id], said.get(prompt.id)
            if there is not None:
                found.append(there)
                continue
            if new is None or new.error:
                why = new.error if new else "nothing was said"
                failures.append(Failure("error", f"user {self.name}, prompt {prompt.natural}: {why}"))
            found.append(self._extended(prompt, new.turns if new else ()))
        return Extended(tuple(found), asked=self._asks, failures=tuple(failures))

    def _extended(self, prompt: Prompt, turns: tuple[str, ...]) -> Prompt:
        return replace(prompt, id=self._id(prompt), natural=self._natural(prompt), turns=prompt.turns + turns)

    def _natural(self, prompt: Prompt) -> str:
        return f"{prompt.natural}{_MARK}{self.name} {self._identity[:8]}"

    def _id(self, prompt: Prompt) -> str:
        return prompt_id(self._board, self._natural(prompt))

    def _opened(self) -> User:
        if self._user is None:
            self._user = plugins.load(USERS, self.name).open(self._options)
        return self._user

    def close(self) -> None:
        """Lets go of its model."""
        if self._user is not None:
            self._user.close()

"""What a tournament is: everything that decides which facts come out, as it stands in a preset or run folder.

Leaves out where facts go (`arena.jobs`) and what they rank to (`arena.ratings`).
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le

from arena.backends.types import Sampling
from arena.plugins import Choice
from arena.tournament.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Contestant:
    """A model that fights."""

    name: str
    """As boards show it."""
    backend: Choice
    """What answers for it: a file of `arena.backends` and its options."""
    system: str = ""
    """System message put before every conversation."""
    family: str = ""
    """Whose child it is (`llama`, `qwen`, ...): a judge of the same family is warned about."""
    sampling: Sampling | None = None
    """Its own sampling; None: the tournament's."""
    identity: str = ""
    """Content key of what answers, where it is known: an opponent of a panel, whose model may be gone."""


@dataclass(frozen=True, slots=True)
class Tournament:
    """A whole tournament."""

    board: str
    """Board that the battles go to."""
    prompts: Choice
    """A file of `arena.prompts` and its options."""
    models: tuple[Contestant, ...]
    judge: Choice
    """A file of `arena.judges` and its options."""
    pairing: Choice = Choice("all_pairs")
    """A file of `arena.pairing` and its options."""
    target: str | None = None
    """The model that the tournament is about; plans such as star and thirds need one."""
    sampling: Sampling = Sampling()
    """How contestants answer."""
    samples: Annotated[int, Ge(1)] = 1
    """Answers that each model gives to each prompt; a battle takes one of each side."""
    games: Literal[1, 2] = 2
    """Games per battle: 2 shows both orders, against position bias."""
    merge: Literal["mean", "strict", "count2"] = "mean"
    """How two games fold into an outcome, for plans that learn and for stopping early; a board is ranked as
    whoever looks at it asks."""
    tie_delta: Annotated[float, Ge(0)] = 0.0
    """Under `mean`: a difference of mean scores up to this is a tie."""
    both_bad_at: float | None = None
    """Two mean scores both at or under this are both_bad; None: never."""
    users: tuple[Choice, ...] = ()
    """Simulated users (files of `arena.users`) that go on with prompts by further turns: each prompt is there
    once per user, and a bandit's arm says which; `plain` leaves it as it is. None: only that."""
    canaries: Annotated[int, Ge(0)] = 12
    """Battles with an injected verdict that are judged beside the others and reported, never rated."""
    retries: Annotated[int, Ge(0), Le(10)] = 2
    """How often a failed answer or an unread verdict is asked for again."""
    truncated: Literal["judge", "leave"] = "judge"
    """What becomes of answers that reached `max_tokens`: judged as they stand, or their battles undecided."""
    loading: Literal["auto", "together", "alone"] = "auto"
    """Models on this machine side by side, or one after the other with the judge last; auto: alone where a
    backend wants the accelerator for itself."""
    separate: Annotated[int, Ge(0), Le(20)] = 0
    """Stop when the first so many models stand apart: each one's lead over all below it is sure; 0: play
    everything. Looking as it plays needs wider intervals than looking once; they are used."""
    level: Annotated[float, Ge(0.5), Le(0.999)] = 0.95
    """How sure that must be, over all looks and all pairs of models at once."""
    ratings: dict[str, float] = field(default_factory=dict)
    """Elo of models that are rated already, for plans that choose opponents by it."""
    unit: Annotated[int, Ge(1)] = 64
    """Rows that are answered or judged together; at most this many are lost when the machine dies."""
    executor: Literal["local", "ray"] = "local"
    """Who answers and judges: threads of this machine, or actors on Ray; the facts are the same."""
    ray: Cluster = Cluster()
    """The pool of actors, where `executor` is ray."""
    anchor: str | None = None
    """Model whose rating is meant to be fixed, for whoever ranks the board; decides no fact."""
    anchor_value: float = 1000.0
    """Its rating."""
    panel: str | None = None
    """Hash of the frozen panel that this tournament plays on, where it does."""
    seed: Annotated[int, Ge(0)] = 0
    """Seed of everything random."""
    about: dict[str, str] = field(default_factory=dict)
    """Title and notes for people; decides nothing."""

"""Grades single answers, as MT-Bench has it: prompts -> answers -> one grade for each turn, as units of facts.

All models answer, one after the other, then the grader grades. Started again with the facts that were kept,
it goes on where it was. An answer that lacks a turn gets a grade without a score, so nothing is missing
unseen. Leaves out where facts go (`arena.jobs`) and what they add up to (`arena.tournament.scores`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import Annotated

from annotated_types import Ge, Le

from arena import plugins, referee
from arena.backends.types import Backend, Sampling
from arena.errors import BadRequest
from arena.judges.types import Grader, Paper
from arena.keys import key
from arena.plugins import Choice
from arena.prompts.types import Read
from arena.tournament import answering
from arena.tournament.answering import Row, Tries
from arena.tournament.config import Contestant
from arena.tournament.crew import BACKENDS, JUDGES
from arena.tournament.facts import Failure, Unit
from arena.tournament.reading import PROMPTS, together
from arena.types import Fact, Grade, Prompt, Reference, Response

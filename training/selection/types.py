"""What a selection rule is: rows in, rows out, and a reason for every candidate that is dropped.

A rule is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field) and `apply(config, rows, scene) -> Step`. Rules that make rows append to those they are given, rules
that filter drop some. They draw nothing by chance but by `scene.seed`, and give the same rows whatever the
order of the facts; where they come to others by a mended rule, its `VERSION` (1 where there is none) is
raised. Rules do not import each other; `making` holds what they share.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from training.outcomes import Material
from training.types import Bans, Dropped, Row


@dataclass(frozen=True, slots=True)
class Scene:
    """What every rule sees."""

    material: Material
    target: str
    """The model that is trained."""
    bans: Bans = field(default_factory=Bans)
    clusters: Mapping[str, str] = field(default_factory=dict)
    """Cluster of a prompt, by id; its first category where it has none."""
    seed: int = 0
    model: str = ""
    """Directory of the model that will be trained, for rules that ask it; empty: it is not known."""
    check: Callable[[], None] = lambda: None
    """Raises where the work is to stop; rules that ask a model call it now and then."""

    def cluster(self, prompt: str) -> str:
        """Cluster of a prompt."""
        return self.clusters.get(prompt) or self.category(prompt)

    def category(self, prompt: str) -> str:
        """First category of a prompt."""
        found = self.material.prompts.get(prompt)
        return found.categories[0] if found is not None and found.categories else ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a rule made of the rows it was given."""

    rows: tuple[Row, ...]
    dropped: tuple[Dropped, ...] = ()

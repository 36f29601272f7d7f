"""Panels: prompts, opponents, judge and settings, frozen with all answers and games under one hash.

A model that joins later plays only its own battles; the opponents' answers come from the panel, so their
models need not be there any more, and ratings of all who ever joined are comparable. A panel is a folder:
`prompts.jsonl`, `facts.jsonl` and, written last, `manifest.json`. Never used for training. Leaves out
ranking.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from arena import plugins
from arena.canaries import PREFIX
from arena.errors import BadRequest, NotFound, Unreadable
from arena.keys import file_hash, key
from arena.plugins import Choice
from arena.ratings import anytime
from arena.tournament import answering, reading
from arena.tournament.config import Contestant, Tournament
from arena.tournament.crew import JUDGES
from arena.types import Battle, Fact, Prompt, Reference, Response, Verdict

VERSION = 1
_TOLD = Prompt | Reference | Response | Battle | Verdict
_KINDS: dict[str, type[_TOLD]] = {
    kind.__name__.lower(): kind for kind in (Prompt, Reference, Response, Battle, Verdict)
}
_ADAPTERS = {kind: TypeAdapter(kind) for kind in _KINDS.values()}


@dataclass(frozen=True, slots=True)
class Panel:
    """A frozen panel, as its manifest says."""

    name: str
    hash: str
    """Of everything that decides a rating: prompts, opponents, their answers, judge, settings."""
    config: Tournament
    """The tournament that it was frozen from; its models are the opponents."""
    judge: str
    """The judge's identity."""
    prompts: int
    answers: int
    battles: int
    files: dict[str, str]
    """Hash of each file."""
    folder: Path = Path()


_MANIFEST = TypeAdapter(Panel)


def freeze(home: Path, name: str, config: Tournament, facts: Iterable[Fact]) -> Panel:
    """Makes a panel of a tournament that was played to its end.

    Raises:
        BadRequest: the name is taken or cannot be one, the tournament stopped early, or an opponent's answer
            is missing; says which.
    """
    folder = home / "panels" / name
    if not name or Path(name).name != name or name.startswith("."):
        raise BadRequest(f"{name!r} cannot be the name of a panel: use letters, digits, - and _")
    if folder.exists():
        raise BadRequest(f"panel {name} is there already and stays as it is: choose another name")
    draft = folder.with_name(f".making-{uuid4().hex}")
    draft.mkdir(parents=True)
    try:
        panel = _written(draft, name, config, facts)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return replace(panel, folder=folder)


def load(home: Path, name: str) -> Panel:
    """A panel by name, unchanged since it was frozen.

    Raises:
        NotFound: there is none of that name; says which there are.
        Unreadable: its files are not what was frozen.
    """
    folder = home / "panels" / name
    path = folder / "manifest.json"
    if not path.is_file():
        raise NotFound(f"no panel {name!r}: there are {', '.join(names(home)) or 'none'}")
    try:
        panel = _MANIFEST.validate_json(path.read_bytes())
    except (ValidationError, ValueError) as error:
        raise Unreadable(f"{path}: the manifest is damaged: freeze the panel again") from error
    for file, told in panel.files.items():
        if not (folder / file).is_file() or file_hash(folder / file) != told:
            raise Unreadable(f"{folder / file} was changed since the panel was frozen: freeze it again")
    return replace(panel, folder=folder)


def names(home: Path) -> tuple[str, ...]:
    """The panels there are, sorted."""
    found = (home / "panels").glob("*/manifest.json")
    return tuple(sorted(path.parent.name for path in found if not path.parent.name.startswith(".")))


def join(panel: Panel, new: Contestant) -> Tournament:
    """The tournament by which a model joins: it against every opponent on every prompt.

    Raises:
        BadRequest: an opponent has its name.
    """
    if new.name in {model.name for model in panel.config.models}:
        raise BadRequest(f"panel {panel.name} has a {new.name} already: give the new model another name")
    return replace(
        panel.config,
        models=(new, *panel.config.models),
        prompts=Choice("panel", {"path": str(panel.folder)}),
        pairing=Choice("star"),
        target=new.name,
        users=(),  # what they said is in the panel's prompts
        canaries=0,
        separate=0,
        panel=panel.hash,
        about={"title": f"{new.name} joins panel {panel.name}"},
    )


def given(config: Tournament) -> Iterator[Fact]:
    """The opponents' answers, for a tournament that plays on a panel; else nothing.

    Raises:
        Unreadable: the panel is not the one that the tournament was made for.
    """
    if config.panel is None or config.prompts.name != "panel":
        return
    folder = Path(str(config.prompts.options["path"]))
    panel = load(folder.parent.parent, folder.name)
    if panel.hash != config.panel:
        raise Unreadable(f"panel {panel.name} is {panel.hash}, the tournament was made for {config.panel}")
    for fact in facts(panel):
        if isinstance(fact, Response):
            yield fact


def facts(panel: Panel) -> Iterator[Fact]:
    """Everything that was frozen: prompts and references first."""
    for file in panel.files:
        with (panel.folder / file).open("rb") as lines:
            for line in lines:
                kind, _, body = line.partition(b"\t")
                found: Fact = _ADAPTERS[_KINDS[kind.decode()]].validate_json(body)
                yield found


def _written(folder: Path, name: str, config: Tournament, facts: Iterable[Fact]) -> Panel:
    counts = dict.fromkeys(_KINDS, 0)
    there: set[tuple[str, str, int]] = set()
    asked: dict[str, str] = {}
    models = {model.name for model in config.models}
    with (folder / "prompts.jsonl").open("wb") as first, (folder / "facts.jsonl").open("wb") as second:
        for fact in _settled(facts):
            if not isinstance(fact, _TOLD) or _foreign(fact, models):
                continue
            kind = type(fact).__name__.lower()
            line = kind.encode() + b"\t" + _ADAPTERS[type(fact)].dump_json(fact) + b"\n"
            (first if isinstance(fact, Prompt | Reference) else second).write(line)
            counts[kind] += 1
            if isinstance(fact, Response):
                there.add((fact.prompt, fact.model, fact.sample))
            elif isinstance(fact, Prompt):
                asked[fact.id] = fact.natural
    _complete(config, asked, there)
    files = {file: file_hash(folder / file) for file in ("prompts.jsonl", "facts.jsonl")}
    frozen = replace(config, models=tuple(_known(model, config.seed) for model in config.models))
    judge: str = plugins.load(JUDGES, config.judge.name).identity(plugins.config(JUDGES, config.judge))
    panel = Panel(
        name, _hash(frozen, judge, files), frozen, judge,
        counts["prompt"], counts["response"], counts["battle"], files,
    )  # fmt: skip
    text = json.loads(_MANIFEST.dump_json(panel, exclude={"folder"}))
    (folder / "manifest.json").write_text(json.dumps(text, indent=1) + "\n", "utf-8")
    return panel


def _settled(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Each fact as it stands at the end: what failed and came when it was asked for again is there once."""
    failed: dict[str, Fact] = {}
    for fact in facts:
        if getattr(fact, "status", "ok") == "ok":
            failed.pop(getattr(fact, "id", ""), None)
            yield fact
        else:
            failed[getattr(fact, "id", "")] = fact
    yield from failed.values()


def _foreign(fact: _TOLD, models: set[str]) -> bool:
    """Whether a fact is of a canary, or of a model that is no opponent."""
    if isinstance(fact, Response):
        return fact.model not in models
    if isinstance(fact, Battle):
        return fact.model_a.startswith(PREFIX) or not {fact.model_a, fact.model_b} <= models
    return False


def _complete(config: Tournament, asked: dict[str, str], there: set[tuple[str, str, int]]) -> None:
    if not asked:
        raise BadRequest("the run has no prompts: nothing can be frozen before it has played")
    if config.separate and len(asked) < (planned := _planned(config)):
        raise BadRequest(
            f"the run stopped early (separate={config.separate}), after {len(asked)} of {planned} prompts: "
            "a panel needs all of them, so play it with separate=0 first"
        )
    for prompt, natural in asked.items():
        for model in config.models:
            for sample in range(config.samples):
                if (prompt, model.name, sample) not in there:
                    raise BadRequest(
                        f"{model.name} has no answer to prompt {natural}: a panel needs every opponent's "
                        "answer to every prompt, so play all_pairs to its end first"
                    )


def _planned(config: Tournament) -> int:
    """Prompts of a whole tournament: each once for every simulated user."""
    return sum(1 for _ in reading.prompts(config)) * max(1, len(config.users))


def _known(model: Contestant, seed: int) -> Contestant:
    """An opponent that stays what it is, whatever becomes of its files."""
    return replace(model, identity=answering.who(model, seed))


def _hash(config: Tournament, judge: str, files: dict[str, str]) -> str:
    kept = replace(
        config, about={}, pairing=Choice("star"), unit=64, canaries=0, retries=0, loading="auto", separate=0
    )
    if config.separate:  # then alone the level decided when it stopped
        kept = replace(kept, level=anytime.LEVEL)
    told = TypeAdapter(Tournament).dump_json(kept, exclude={"executor", "ray"}).decode()
    return key("panel", VERSION, told, judge, json.dumps(files, sort_keys=True))

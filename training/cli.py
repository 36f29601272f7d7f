"""The verbs of training: `arena export sft|dpo|reward|kto` and `arena promote`, hung on by `arena.__main__`.

Exports take a board's battles as any export does, and print what was chosen and why the rest was not. Leaves
out iterations and single stages, which are jobs (`arena iterate`, `arena runs`).
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from arena import client, models, wire
from arena.cli import offprints
from arena.cli.jobs import settings, told
from arena.cli.options import options
from arena.cli.screen import say
from arena.cli.verbs import BoardName, Force, Json, answer, app, exporting
from arena.errors import BadRequest
from arena.filters import Filters
from arena.formats import arena_battles
from arena.formats.types import Source
from arena.plugins import Choice
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.types import Fact, Prompt, Row
from training import cards, export, pairs
from training.export import Form
from training.outcomes import Folding, content, gather
from training.pairs import Selection, Stage
from training.service import Iteration, IterationFound, Promote, Promoted
from training.types import Bans, Preview, Selected

STAGES: dict[Form, Stage] = {"sft": "sft", "dpo": "dpo", "reward": "reward", "kto": "dpo"}
"""By whose rules the rows of a form are chosen."""
TELLS: dict[Form, str] = {
    "sft": "Write answers to imitate: those that beat the target. TRL-ready (prompt, completion).",
    "dpo": "Write pairs to prefer: chosen and rejected answers. TRL-ready.",
    "reward": "Write every decided battle as a pair with the judge's gap as margin. TRL-ready.",
    "kto": "Write answers with a label, good or bad. TRL-ready.",
}


@dataclass(frozen=True, slots=True)
class Choosing:
    """Which rows."""

    rules: Literal["paper", "pocket"] = "paper"
    """The paper's rules, or those that work on the pocket models."""
    iteration: int = 1
    """Iteration whose threshold is taken where no k is given: the paper's falls from 3 to 1."""
    k: float | None = None
    """Least gap between winner and loser in the judge's points."""
    strict: bool = False
    """More than K instead of at least K."""
    replay: float = 0.0
    """Own wins to imitate, for each other row (sft)."""
    ban: str | None = None
    """Boards, separated by commas, whose prompts must not be trained on: panels, benchmarks."""


def _hang(form: Form) -> None:
    def verb(  # noqa: PLR0913, PLR0917 - one argument per flag
        context: typer.Context,
        board: BoardName,
        path: Annotated[Path, typer.Argument(help="File to write: .jsonl or .parquet.")],
        target: Annotated[str, typer.Option(help="The model to be trained, as the board names it.")],
        card: Annotated[
            Path | None, typer.Option(help="Also write a data set card: a .md file, such as README.md.")
        ] = None,
        force: Force = False,
        as_json: Json = False,
        *,
        choosing: Choosing,
        folding: Folding,
    ) -> None:
        if path.exists() and not force:
            raise BadRequest(f"{path}: is there already; --force writes over it")
        if path.suffix not in export.ENDINGS:
            raise BadRequest(f"{path.name}: training rows are written as {' or '.join(export.ENDINGS)}")
        bans = _bans(context, choosing.ban)
        material = gather(_facts(context, board), folding)
        met = {seat.model for one in material.contests for seat in (one.a, one.b)}
        if target not in met:
            raise BadRequest(f"no model {target!r} on {board}: there are {', '.join(sorted(met)) or 'none'}")
        rules = selection(form, target, choosing)
        selected = pairs.select(material, rules, bans)
        written = export.write(path, selected.rows, form)
        if card is not None:
            said = tuple(f"{rule.name} {rule.options}" for rule in rules.rules)
            banned = tuple(sorted(set(bans.names.values())))
            about = cards.About(form, board, target, said, written, banned)
            _write(card, cards.dataset(about, selected.preview), force=force)
        _told(selected, path, written, as_json)

    verb.__doc__ = TELLS[form]
    exporting.command(form)(options(choosing=Choosing, folding=Folding)(verb))


for _form in export.FORMS:
    _hang(_form)


def _write(path: Path, text: str, *, force: bool) -> None:
    if path.suffix.lower() != ".md":
        raise BadRequest(f"{path.name}: a card is written as .md")
    if path.exists() and not force:
        raise BadRequest(f"{path}: is there already; --force writes over it")
    path.write_text(text, "utf-8", "replace")


@exporting.command("card")
def export_card(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="Run of a flywheel, or a part of its id.")],
    path: Annotated[Path, typer.Argument(help="File to write: .md, such as README.md beside the weights.")],
    version: Annotated[str | None, typer.Option(help="Which version; else the one that stands.")] = None,
    force: Force = False,
) -> None:
    """Write the card of a model that a flywheel trained: from what, on what, and how it was measured."""
    with client.arena(settings(context), "arena export") as arena:
        found: Any = arena.perform(Iteration(run))
    if not isinstance(found, IterationFound):
        raise TypeError(found)
    _write(path, cards.model(found, version), force=force)
    say(f"wrote {path}\n")


@exporting.command("iteration")
def export_iteration(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="Run of a flywheel, or a part of its id.")],
    path: Annotated[Path, typer.Argument(help="File to write: .html, one page that opens offline.")],
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write what an iteration came to as one page that opens offline."""
    from training.pages import offprint

    offprints.free(path, force=force)
    with client.arena(settings(context), "arena export") as arena:
        found = offprint.offprint(arena, run)
    offprints.told(offprints.put(path, run, "iteration", found), as_json=as_json)


def selection(form: Form, target: str, choosing: Choosing) -> Selection:
    """The rules that a command line asks for."""
    stage = STAGES[form]
    made = pairs.paper(stage, choosing.iteration, target, strict=choosing.strict)
    if choosing.rules == "pocket":
        made = replace(made, rules=pairs.POCKET[stage])
    if choosing.k is not None:
        k = {"k": choosing.k, "strict": choosing.strict}
        rules = (Choice(r.name, {**r.options, **k}) if "k" in r.options else r for r in made.rules)
        made = replace(made, rules=tuple(rules))
    if choosing.replay:
        if form != "sft":
            raise BadRequest(f"--replay {choosing.replay:g}: only sft repeats own wins")
        others = tuple(rule for rule in made.rules if rule.name != "replay")
        made = replace(made, rules=(*others, Choice("replay", {"share": choosing.replay})))
    return made


def _facts(context: typer.Context, board: str) -> Iterator[Fact]:
    """All facts of a board's battles, as an export gives them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "battles.jsonl"
        answer(context, ask.Export("battles", board, path, "arena_battles", RankSettings(), Filters()), False)
        for item in arena_battles.read(Source(path, path, board)):
            if isinstance(item, Row):
                yield from item.facts


def _bans(context: typer.Context, boards: str | None) -> Bans:
    names: dict[str, str] = {}
    for board in filter(None, map(str.strip, (boards or "").split(","))):
        prompts = (fact for fact in _facts(context, board) if isinstance(fact, Prompt))
        names |= {content(prompt.turns): board for prompt in prompts}
    return Bans(contents=frozenset(names), names=names)


def _told(selected: Selected, path: Path, written: int, as_json: bool) -> None:
    if as_json:
        told = {"path": str(path), "entries": written, "preview": asdict(selected.preview)}
        sys.stdout.write(wire.encode(told).decode() + "\n")
        return
    say(f"{selected.preview.verdict}\n{path}: {written} entries\n")
    for line in lines(selected.preview):
        say(line + "\n")


def lines(preview: Preview) -> Iterator[str]:
    """A preview for people."""
    if preview.gaps:
        gaps = preview.gaps
        yield f"gaps {gaps['least']:g} to {gaps['most']:g}, median {gaps['median']:g}"
    shares: tuple[tuple[str, Callable[[Preview], object]], ...] = (
        ("by author", lambda p: p.opponents),
        ("by category", lambda p: p.categories),
        ("origin", lambda p: p.origins),
    )
    for name, look in shares:
        found = look(preview)
        if isinstance(found, dict) and found:
            yield f"{name}: " + ", ".join(f"{key or 'none'} {value:.0%}" for key, value in found.items())
    if preview.length is not None:
        yield f"length: {preview.length:.2f} of what was beaten"
    for reason, count in preview.dropped.items():
        yield f"left out: {count} because {reason}"


@app.command()
def promote(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="A flywheel's run, or a part of its id.")] = None,
    version: Annotated[str | None, typer.Argument(help="Which of its versions: pocket-loop-i1-dpo.")] = None,
    as_json: Json = False,
) -> None:
    """Let a version stand for its lineage, for `arena iterate --start` to go on from; alone: list them."""
    if run is None:
        told(models.promoted(settings(context).models), as_json, _heads)
        return
    if version is None:
        raise BadRequest(f"promote {run}: name the version too; arena runs show {run} has them")
    done: Promoted = answer(context, Promote(run, version), as_json)
    say(f"{done.head} is {done.version} from now on: {done.model}\n")


def _heads(found: dict[str, Path]) -> None:
    for name, folder in found.items():
        say(f"{name}: {folder.name.rpartition('-')[0]}, {folder}\n")
    if not found:
        say("no model is promoted yet\n")

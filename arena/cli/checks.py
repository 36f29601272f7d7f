"""The verb `check`: leaks and copies on a board, and what its ranking is without them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from arena.cli.options import options
from arena.cli.tables import console, grid, number
from arena.cli.verbs import BoardName, Json, answer, app
from arena.errors import BadRequest
from arena.filters import Filters
from arena.flags import Mark
from arena.ratings.types import RankSettings
from arena.service.checking import Check, Checked
from arena.service.guarding import Guard, Guarded

WORDS: dict[Mark, str] = {
    "copy": "both answers are the same",
    "alike": "both answers are the same but for case and white space",
    "trained": "the prompt is nearly one that a model of the battle was trained on",
    "public": "the prompt is nearly one of a public collection",
}


@app.command()
@options(settings=RankSettings, filters=Filters)
def check(  # noqa: PLR0913, PLR0917 - one argument per flag
    context: typer.Context,
    board: BoardName,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="A public collection: a board, a test set, a file or a folder; NAME=PATH names it. May be "
            "repeated. Else: the boards here that came in a benchmark's format."
        ),
    ] = None,
    trained: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL=PATH",
            help="Rows that a model of the board was trained on. May be repeated. Those of checkpoints of "
            "this home are found unasked.",
        ),
    ] = None,
    likeness: Annotated[
        float, typer.Option(help="From which likeness a prompt is nearly another.", min=0.3, max=1)
    ] = 0.7,
    words: Annotated[int, typer.Option(help="Equal answers of fewer words are not flagged.", min=0)] = 0,
    show: Annotated[
        bool, typer.Option("--show", help="Only show what is flagged, and the ranking without it.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take the board's checks away.")] = False,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Flag leaked prompts and copied answers; `--clean` then ranks, lists and exports without them."""
    if show:
        if against or trained or forget:
            raise BadRequest("--show only looks: leave --against, --trained and --forget out")
        guarded(answer(context, Guard(board, settings, filters), as_json))
        return
    if (settings, filters) != (RankSettings(), Filters()):
        raise BadRequest("a check is of the whole board: settings and filters go with --show")
    named = (
        tuple(collection(text) for text in against or ()),
        tuple(rows(text) for text in trained or ()),
    )
    request = Check(board, *named, likeness, words, forget)
    checked(answer(context, request, as_json))


def collection(text: str) -> str:
    """`PATH` or `NAME=PATH`, its path as a running app finds it, too."""
    name, equals, path = text.partition("=")
    return f"{name}={_absolute(path)}" if equals and "/" not in name else _absolute(text)


def rows(text: str) -> str:
    """`MODEL=PATH` likewise; a model's name may have slashes."""
    model, equals, path = text.partition("=")
    return f"{model}{equals}{_absolute(path)}"


def _absolute(path: str) -> str:
    """What is no file here stays a name."""
    place = Path(path).expanduser()
    return str(place.resolve()) if path and place.exists() else path


def checked(result: Checked) -> None:
    """What a check found."""
    if result.done is None:
        console.print(f"{escape(result.board)}: {result.forgotten} checks taken away")
        return
    table = grid(
        f"{result.board}, {result.done.battles:,} battles", "looked at", "of", "rows", "flagged",
        right=("rows", "flagged"),
    )  # fmt: skip
    table.add_row("answers", "the same", "", f"{result.copies:,} battles")
    table.add_row("answers", "the same but for case and space", "", f"{result.alike:,} battles")
    for one in result.done.looked:
        of = f"{one.source} ({one.model})" if one.model else one.source
        kind = "training rows" if one.mark == "trained" else "public"
        table.add_row(kind, escape(of), f"{one.rows:,}", f"{one.prompts:,} prompts")
    console.print(table)
    for line in result.passed:
        console.print(f"not looked at: {escape(line)}")
    if not result.done.looked:
        console.print("prompts were held against nothing: name collections with --against and --trained")
    gone = f", {result.gone:,} older ones gone" if result.gone else ""
    console.print(
        f"{result.new:,} flags are new{gone}; `arena check {escape(result.board)} --show` ranks without them"
    )


def guarded(result: Guarded) -> None:
    """What is flagged, and which models stand elsewhere without it."""
    name = escape(result.board)
    if result.check is None:
        console.print(f"{name} was not checked yet: arena check {name}")
        return
    since = f"; {result.later:,} battles came since" if result.later else ""
    console.print(f"{name}: {result.flagged:,} of {result.battles:,} battles are flagged "
                  f"(checked {result.check.made:%Y-%m-%d %H:%M} UTC{since})")  # fmt: skip
    for mark, count in result.marks.items():
        console.print(f"  {count:,} {mark}: {WORDS[mark]}")
    if result.why_not:
        console.print(f"without them: {escape(result.why_not)}")
    if not result.moves:
        return
    table = grid("without them", "rank", "was", "model", "rating", "was", right=("rank", "was", "rating"))
    for move in sorted(result.moves, key=lambda one: (one.rank_clean is None, one.rank_clean, one.rank)):
        gone = move.rank_clean is None
        table.add_row(
            "-" if gone else str(move.rank_clean),
            "" if move.rank == move.rank_clean else str(move.rank),
            escape(move.model),
            "no battles left" if gone else number(move.value_clean),
            number(move.value),
        )
    console.print(table)

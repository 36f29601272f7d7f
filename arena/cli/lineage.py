"""The verb that follows a battle, a training row or a checkpoint: `arena lineage ID`.

Leaves out finding it (`arena.service.lineage`).
"""

from collections.abc import Iterator
from typing import Annotated

import typer

from arena.cli.screen import say
from arena.cli.verbs import Json, answer, app
from arena.service.lineage import Descent, Lineage, LineageFound
from arena.store.lineage import DropLine, RowLine


@app.command()
def lineage(
    context: typer.Context,
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="A battle's or a training row's id, or a checkpoint's name.")
    ],
    as_json: Json = False,
) -> None:
    """Follow a battle to what was trained on it, or a row or checkpoint back to its battles."""
    for line in told(answer(context, Lineage(id_), as_json)):
        say(line + "\n")


def told(found: LineageFound) -> Iterator[str]:
    """The answer for people."""
    yield f"{found.what} {found.id}"
    yield from map(_row, found.rows)
    yield from map(_drop, found.dropped)
    if found.note:
        yield found.note
    for one in found.checkpoints:
        yield from _checkpoint(one)


def _row(row: RowLine) -> str:
    wrote = f"{row.model} over {row.beaten}" if row.beaten else row.model or "prompt alone"
    gap = "" if row.gap is None else f", gap {row.gap:g}"
    battles = ", ".join(row.battles) or "none"
    told = f"  {row.kind} row {row.id} of {row.run} {row.step}: {wrote}{gap}, {row.reason}"
    return f"{told}\n    battles: {battles}"


def _drop(drop: DropLine) -> str:
    return f"  not in {drop.run} {drop.step}: {drop.reason} (rule {drop.rule})"


def _checkpoint(one: Descent) -> Iterator[str]:
    made = one.checkpoint
    yield f"  checkpoint {made.name} ({made.run}): {made.stage}, {made.rows} rows, {made.steps} steps"
    if made.made_by:
        yield f"    learnt from {made.made_from} {made.made_by}: {one.kept} rows, {one.dropped} dropped"
    for parent in made.parents:
        yield f"    {parent.role}: {parent.name or parent.key}"
    if one.children:
        yield f"    made of it: {', '.join(one.children)}"
    for board, count in one.later.items():
        yield f"    {count} battles on {board}"

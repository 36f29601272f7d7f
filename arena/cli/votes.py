"""`arena votes next|cast|undo|list|summary|export`: blind votes without a browser, and what became of them.

Leaves out the page (`arena.pages.vote`).
"""

import sys
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.markup import escape

from arena.audit import Rate
from arena.cli.tables import console, grid
from arena.cli.verbs import BoardName, Json, answer, app
from arena.errors import BadRequest
from arena.filters import Filters
from arena.service import requests as ask
from arena.service.ballots import (
    Ballot,
    BallotFound,
    Cast,
    Revealed,
    TakeBack,
    Trial,
    TrialFound,
    Votes,
    VotesFound,
)
from arena.votes import Choice

votes = typer.Typer(
    name="votes", help="Human votes: blind, kept, and beside the judges.", no_args_is_help=True
)
app.add_typer(votes)

Who = Annotated[
    str, typer.Option("--as", metavar="NAME", help="Who votes: a name or any mark; only its hash is kept.")
]


@votes.command(name="next")
def following(
    context: typer.Context,
    board: BoardName,
    who: Who,
    category: Annotated[str | None, typer.Option(help="Prompts of this category only.")] = None,
    as_json: Json = False,
) -> None:
    """The next battle to vote on: prompt and both answers, without names."""
    found: BallotFound = answer(context, Ballot(board, who, Filters(category=category)), as_json)
    paper = found.paper
    if paper is None:
        console.print(f"nothing (more) to vote on: {found.total:,} battles can be asked about")
        return
    record = paper.record
    told = [("prompt", record.prompt), ("first", record.response_a), ("second", record.response_b)]
    console.print(f"battle [bold]{record.battle.id}[/]")
    for name, said in told:
        console.print(f"[bold]{name}[/]", escape(_plain("\n\n".join(said.turns))) if said else "unknown")


@votes.command(name="cast")
def given(  # noqa: PLR0917 - one argument per flag
    context: typer.Context,
    board: BoardName,
    battle: Annotated[str, typer.Argument(help="Id of the battle, as `next` gave it.")],
    choice: Annotated[str, typer.Argument(help="first, second, tie or both_bad.")],
    who: Who,
    comment: Annotated[str | None, typer.Option(help="Why.")] = None,
    as_json: Json = False,
) -> None:
    """Vote on a battle, then see who played."""
    if choice not in get_args(Choice):
        raise BadRequest(f"no choice {choice!r}: say one of {', '.join(get_args(Choice))}")
    found: Revealed = answer(context, Cast(board, who, battle, cast("Choice", choice), comment), as_json)
    console.print(f"first was [bold]{escape(found.first)}[/], second [bold]{escape(found.second)}[/]")
    for one in found.said:
        console.print(f"  {escape(one.judge)} says {one.outcome}")


@votes.command()
def undo(context: typer.Context, board: BoardName, who: Who, as_json: Json = False) -> None:
    """Take the last vote back."""
    found = answer(context, TakeBack(board, who), as_json)
    console.print(f"the vote on battle {found.vote.battle} is taken back")


@votes.command(name="list")
def listed(
    context: typer.Context,
    board: BoardName,
    who: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Votes of this voter only.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the newest.", min=1)] = 100,
    as_json: Json = False,
) -> None:
    """The votes on a board, the newest first."""
    found: VotesFound = answer(context, Votes(board, who, limit), as_json)
    head = ("when (UTC)", "battle", "voter", "winner", "asked as", "seconds", "marks", "comment")
    table = grid(found.board, *head)
    for line in found.lines:
        vote = line.vote
        took = "-" if vote.milliseconds is None else f"{vote.milliseconds / 1000:.1f}"
        marks = ", ".join((*vote.flags, *["taken back"] * line.undone))
        table.add_row(
            f"{vote.at:%Y-%m-%d %H:%M:%S}", vote.battle[:8], vote.voter[:8], vote.winner, vote.drawn, took,
            marks, escape(_plain(vote.comment or "")),
        )  # fmt: skip
    console.print(table)


@votes.command()
def summary(
    context: typer.Context,
    board: BoardName,
    flagged: Annotated[
        bool, typer.Option("--flagged/--no-flagged", help="Count votes that are marked as odd, too.")
    ] = True,
    as_json: Json = False,
) -> None:
    """How far each judge agrees with the votes, with intervals."""
    found: TrialFound = answer(context, Trial(board, flagged), as_json)
    held = found.counts
    console.print(
        f"[bold]{escape(found.board)}[/]: {held.counted:,} votes by {held.voters:,} voters; "
        f"taken back {held.undone:,}, given twice {held.again:,}, too fast {held.fast:,}, "
        f"naming a model {held.named:,}",
        soft_wrap=True,
    )
    table = grid(None, "judge", "agrees with votes", "drawn at random", "where unsure", "both decisive")
    for one in found.judges:
        table.add_row(escape(one.judge), *map(_rate, (one.all, one.random, one.unsure, one.decisive)))
    console.print(table)
    if found.people:
        console.print(
            f"two voters on one battle agree in {_rate(found.people)}: nobody can be asked for more"
        )


@votes.command()
def export(  # noqa: PLR0917 - one argument per flag
    context: typer.Context,
    board: BoardName,
    path: Annotated[Path, typer.Argument(help="File to write: a JSON array of LMSYS battles.")],
    format_: Annotated[
        str, typer.Option("--format", help="Any format of battles; arena_battles keeps comments too.")
    ] = "lmsys_battles",
    flagged: Annotated[
        bool, typer.Option("--flagged/--no-flagged", help="Votes that are marked as odd, too.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write what people voted to a file that LMSYS's tools, and our own import, read."""
    narrowed = Filters(people=True, flagged=None if flagged else False)
    found: ask.Exported = answer(
        context, ask.Export("battles", board, path, format_, filters=narrowed, force=force), as_json
    )
    console.print(f"{found.rows:,} rows in {escape(found.path)}", soft_wrap=True)
    for note in found.notes:
        sys.stderr.write(f"- {note}\n")


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return "-"
    return f"{rate.value:.1%} ({rate.low:.1%} .. {rate.high:.1%}, n {rate.n:,})"


def _plain(words: str) -> str:
    """A text without control characters, which a terminal would obey."""
    return "".join(sign for sign in words if sign.isprintable() or sign in "\n\t")

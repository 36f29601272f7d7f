"""Verbs for a closer look: trust, heatmap, a model's card, facets, what an agreement hangs on."""

from typing import Annotated

import typer

from arena.cli import figures
from arena.cli.options import options
from arena.cli.verbs import BoardName, Json, answer, app
from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.sensitivity import Sensitivity


@app.command()
@options(settings=RankSettings, filters=Filters)
def trust(
    context: typer.Context,
    board: BoardName,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """How far a board's verdicts can be trusted: coverage, flips, position bias, ties, groups."""
    figures.trusted(answer(context, look.Trust(board, settings, filters), as_json))


@app.command()
@options(settings=RankSettings, filters=Filters)
def outlook(
    context: typer.Context,
    board: BoardName,
    as_json: Json = False,
    top: Annotated[int, typer.Option(help="How many models are to stand apart.", min=1, max=1000)] = 5,
    more: Annotated[
        int, typer.Option(help="What if so many battles were added: the intervals then.", min=0)
    ] = 0,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """How many battles it would take until the first models stand apart; intervals after so many more."""
    figures.outlook(answer(context, look.Outlook(board, top, settings, filters, more), as_json))


@app.command()
@options(settings=RankSettings, filters=Filters)
def heatmap(
    context: typer.Context,
    board: BoardName,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Who beats whom how often, with intervals and counts."""
    figures.heatmap(answer(context, look.Heatmap(board, settings, filters), as_json))


@app.command()
@options(settings=RankSettings, filters=Filters)
def card(
    context: typer.Context,
    board: BoardName,
    model: Annotated[str, typer.Argument(help="A model on the board.")],
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """One model: against each opponent, by category, best and worst battles."""
    figures.card(answer(context, look.Card(board, model, settings, filters), as_json))


@app.command()
@options(settings=RankSettings, filters=Filters)
def facets(
    context: typer.Context,
    board: BoardName,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """Counts to narrow a board by, each under all filters but its own."""
    figures.facets(answer(context, look.Facets(board, filters, settings), as_json))


@app.command()
@options(settings=RankSettings, filters=Filters)
def sensitivity(
    context: typer.Context,
    board: BoardName,
    reference: Annotated[str, typer.Argument(help="The board to compare with.")],
    reference_category: Annotated[str | None, typer.Option(help="Category of the reference.")] = None,
    as_json: Json = False,
    *,
    settings: RankSettings,
    filters: Filters,
) -> None:
    """What an agreement would be with other choices: ties, judge, style, method, category."""
    compare = ask.Compare(board, reference, settings, filters, reference_category)
    figures.varied(answer(context, Sensitivity(compare), as_json))

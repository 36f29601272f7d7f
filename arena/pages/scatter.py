"""Board against reference as a picture: both intervals as crosses, and the fitted line."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from arena.pages import figure, labels, points, theme
from arena.service.requests import Compared, Point

NAMED = 10
"""How many of the models farthest from the line are named in the picture, where there is room."""
By = Literal["ratings", "ranks"]
Address = Callable[[str], str | None]


def scatter(found: Compared, by: By = "ratings", battles: Address = lambda _: None) -> Any:
    """A plotly figure of the shared models. Each point carries the address of its battles."""
    import plotly.graph_objects as go

    picture = go.Figure([models(found, by, battles), *(line(found) if by == "ratings" else diagonal(found))])
    turned = {"autorange": "reversed"} if by == "ranks" else {}
    share = by == "ratings" and points.unit(found) == "share"
    picture.update_layout(
        theme.layout(
            height=520,
            xaxis=theme.axis(f"{plain(found.reference)}, {by}", tickformat=",d", **turned),
            yaxis=theme.axis(f"{plain(found.board)}, {by}", tickformat=".0%" if share else ",d", **turned),
        )
    )
    return picture


def models(found: Compared, by: By, battles: Address) -> dict[str, Any]:
    """The models as dots with crosses; those far from the line carry their names."""
    shared = found.points
    places = ratings(shared) if by == "ratings" else ranks(shared)
    sides = named(shared, places, turned=by == "ranks")
    return {
        "type": "scatter",
        "mode": "markers+text",
        **places,
        "text": [plain(point.model) if at in sides else "" for at, point in enumerate(shared)],
        "textposition": [sides.get(at, "top center") for at in range(len(shared))],
        "textfont": {"size": 11},
        "cliponaxis": False,
        "hovertext": [hover(point, points.unit(found)) for point in shared],
        "hoverinfo": "text",
        "customdata": [battles(point.model) for point in shared],
        "marker": {
            "color": theme.A,
            "size": 9,
            "symbol": ["circle" if point.match == "exact" else "diamond-open" for point in shared],
        },
    }


def ratings(shared: tuple[Point, ...]) -> dict[str, Any]:
    """Ratings with their intervals."""
    there = [(point.reference_value, point.reference_low, point.reference_high) for point in shared]
    here = [(point.value, point.low, point.high) for point in shared]
    return {
        "x": [value for value, _, _ in there],
        "y": [value for value, _, _ in here],
        "error_x": bars(there),
        "error_y": bars(here),
    }


def ranks(shared: tuple[Point, ...]) -> dict[str, Any]:
    """Places with the places that the intervals allow."""
    known = {move.point.model: move for move in points.moves(shared)}
    there = [
        (point.reference_rank, *(known[point.model].reference_range or (None, None))) for point in shared
    ]
    here = [(point.rank, *(known[point.model].range or (None, None))) for point in shared]
    return {
        "x": [rank for rank, _, _ in there],
        "y": [rank for rank, _, _ in here],
        "error_x": bars(there),
        "error_y": bars(here),
    }


def diagonal(found: Compared) -> list[dict[str, Any]]:
    """Where both places are the same."""
    ends = [1, found.n_models]
    style = {"color": theme.B, "width": 1.5, "dash": "dash"}
    return [{"type": "scatter", "mode": "lines", "x": ends, "y": ends, "line": style, "hoverinfo": "skip"}]


def line(found: Compared) -> list[dict[str, Any]]:
    """The fitted line from the lowest to the highest model, where there is one."""
    if found.slope is None or found.intercept is None:
        return []
    values = [point.reference_value for point in found.points]
    ends = [min(values), max(values)]
    drawn = [found.intercept + found.slope * end for end in ends]
    style = {"color": theme.B, "width": 1.5, "dash": "dash"}
    return [{"type": "scatter", "mode": "lines", "x": ends, "y": drawn, "line": style, "hoverinfo": "skip"}]


def named(shared: Sequence[Point], places: dict[str, Any], *, turned: bool) -> dict[int, str]:
    """Which models are named, and on which side: those that the line misses most, where there is room."""
    known = [at for at, point in enumerate(shared) if point.residual is not None]
    far = sorted(known, key=lambda at: -abs(shared[at].residual or 0.0))[:NAMED]
    sign = -1.0 if turned else 1.0
    spots = [(sign * x, sign * y) for x, y in zip(places["x"], places["y"], strict=True)]
    return labels.placed(spots, [point.model for point in shared], far)


def hover(point: Point, scale: figure.Scale = "elo") -> str:
    """What is said of a model: both ratings with intervals, both ranks, its distance from the line."""
    same = "" if point.model == point.reference_model else f" = {plain(point.reference_model)}"
    flag = " (approximately)" if point.match == "approx" else ""
    here = figure.interval(point.low, point.high, scale)
    there = figure.interval(point.reference_low, point.reference_high)
    return "<br>".join([
        f"<b>{plain(point.model)}</b>{same}{flag}",
        f"here {figure.rating(point.value, scale)} ({here}), rank {point.rank}",
        f"reference {figure.number(point.reference_value)} ({there}), rank {point.reference_rank}",
        f"{figure.rating(point.residual, scale)} from the line",
    ])  # fmt: skip


def plain(name: str) -> str:
    """A name without what plotly would read as a tag."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bars(values: Sequence[tuple[float, float | None, float | None]]) -> dict[str, Any]:
    """Error bars of (value, low, high); none where a bound is missing."""
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 1,
        "width": 0,
        "color": theme.A,
        "array": [0 if high is None else max(0.0, high - value) for value, _, high in values],
        "arrayminus": [0 if low is None else max(0.0, value - low) for value, low, _ in values],
    }

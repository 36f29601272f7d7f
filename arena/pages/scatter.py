"""Board against reference as a picture: both intervals as crosses, and the fitted line."""

from typing import Any

from arena.pages import figure
from arena.service.requests import Compared, Point

BOARD, LINE, GREY = "#3b82f6", "#d9730d", "rgba(128,138,150,0.22)"
NAMED = 6
"""How many of the models farthest from the line are named in the picture."""


def scatter(found: Compared) -> Any:
    """A plotly figure of the shared models."""
    import plotly.graph_objects as go

    picture = go.Figure([models(found.points), *line(found)])
    axis = {"gridcolor": GREY, "zeroline": False, "linecolor": GREY, "tickformat": ",d", "automargin": True}
    picture.update_layout(
        xaxis={"title": {"text": found.reference}, **axis},
        yaxis={"title": {"text": found.board}, **axis},
        height=520,
        showlegend=False,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "color": "#808a96"},
        hoverlabel={"align": "left"},
        dragmode=False,
    )
    return picture


def models(points: tuple[Point, ...]) -> dict[str, Any]:
    """The models as dots with crosses; those far from the line carry their names."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point.reference_value for point in points],
        "y": [point.value for point in points],
        "text": names(points),
        "textposition": ["top center" if (point.residual or 0) >= 0 else "bottom center" for point in points],
        "textfont": {"size": 11},
        "hovertext": [hover(point) for point in points],
        "hoverinfo": "text",
        "marker": {
            "color": BOARD,
            "size": 9,
            "symbol": ["circle" if point.match == "exact" else "diamond-open" for point in points],
        },
        "error_x": bars(
            [(point.reference_value, point.reference_low, point.reference_high) for point in points]
        ),
        "error_y": bars([(point.value, point.low, point.high) for point in points]),
    }


def line(found: Compared) -> list[dict[str, Any]]:
    """The fitted line from the lowest to the highest model, where there is one."""
    if found.slope is None or found.intercept is None:
        return []
    values = [point.reference_value for point in found.points]
    ends = [min(values), max(values)]
    drawn = [found.intercept + found.slope * end for end in ends]
    style = {"color": LINE, "width": 1.5, "dash": "dash"}
    return [{"type": "scatter", "mode": "lines", "x": ends, "y": drawn, "line": style, "hoverinfo": "skip"}]


def names(points: tuple[Point, ...]) -> list[str]:
    """Names of the models that the line misses most; the others speak when pointed at."""
    far = sorted((abs(point.residual or 0.0) for point in points), reverse=True)[:NAMED]
    least = far[-1] if far else 0.0
    return [
        plain(point.model) if point.residual is not None and abs(point.residual) >= least else ""
        for point in points
    ]


def hover(point: Point) -> str:
    """What is said of a model: both ratings with intervals, both ranks, its distance from the line."""
    same = "" if point.model == point.reference_model else f" = {plain(point.reference_model)}"
    flag = " (approximately)" if point.match == "approx" else ""
    here = figure.interval(point.low, point.high)
    there = figure.interval(point.reference_low, point.reference_high)
    return "<br>".join([
        f"<b>{plain(point.model)}</b>{same}{flag}",
        f"here {figure.number(point.value)} ({here}), rank {point.rank}",
        f"reference {figure.number(point.reference_value)} ({there}), rank {point.reference_rank}",
        f"{figure.number(point.residual)} from the line",
    ])  # fmt: skip


def plain(name: str) -> str:
    """A name without what plotly would read as a tag."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bars(values: list[tuple[float, float | None, float | None]]) -> dict[str, Any]:
    """Error bars of (value, low, high); none where a bound is missing."""
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 1,
        "width": 0,
        "color": "rgba(59,130,246,0.5)",
        "array": [0 if high is None else max(0.0, high - value) for value, _, high in values],
        "arrayminus": [0 if low is None else max(0.0, value - low) for value, low, _ in values],
    }

"""The one look of all charts: hues, type, and plotly's layout. Our own SVG takes the same from CSS variables.

`static/arena.css` and `static/charts.css` say the same for the page, light and dark; a picture that is taken
along is light. Leaves out Gradio's theme (`arena.pages.frame`).
"""

from typing import Any

FONT = "system-ui, sans-serif"
A, B, INK, QUIET, LINE = "#1f5fc4", "#a44a06", "#17202b", "#5b6675", "#dfe4ea"
"""Side A or rising, side B or falling, words, quiet words, grids: `--a`, `--b`, ... of the light page."""
RUNS = ("#1f5fc4", "#a44a06", "#00846a", "#8c4fa8", "#9a7a00", "#c2477f", "#2b8fb3", "#59636f")
"""Hues of lines that must be told apart, after Okabe and Ito, dark enough for either ground."""


def layout(**changes: Any) -> dict[str, Any]:
    """Plotly's layout: no ground of its own, no legend, a drag zooms, a double click shows all again."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": QUIET},
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "hoverlabel": {"align": "left", "font": {"family": FONT}},
        "showlegend": False,
        "dragmode": "zoom",
        **changes,
    }


def axis(title: str, **changes: Any) -> dict[str, Any]:
    """An axis of plotly's, with the page's grid."""
    return {
        "title": {"text": title},
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "automargin": True,
        **changes,
    }

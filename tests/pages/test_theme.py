"""One theme: plotly is told what the style sheets say; names beside points never cover one another."""

import re
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from arena.pages import labels, theme

LOOK = Path(theme.__file__).parent / "static"


def test_plotlys_hues_are_those_of_the_page() -> None:
    root = (LOOK / "arena.css").read_text("utf-8").split("}")[0]
    said = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", root))
    hues = {"a": theme.A, "b": theme.B, "ink": theme.INK, "quiet": theme.QUIET, "line": theme.LINE}
    assert {name: said[name] for name in hues} == hues
    assert theme.FONT in (LOOK / "charts.css").read_text("utf-8")


spots = st.lists(st.tuples(st.floats(0, 2000), st.floats(0, 2000)), min_size=1, max_size=30)


@given(spots)
def test_names_cover_neither_names_nor_points(places: list[tuple[float, float]]) -> None:
    names = [f"model-{at}" for at in range(len(places))]
    found = labels.placed(places, names, range(len(places)))
    points = labels.pixels(places)
    boxes = {
        at: labels.beside(points[at], side, labels.LETTER * len(names[at])) for at, side in found.items()
    }
    assert not [pair for pair in combinations(boxes.values(), 2) if labels.overlap(*pair)]
    for at, box in boxes.items():
        for other, (x, y) in enumerate(points):
            assert other == at or not labels.overlap(box, labels.around(x, y, labels.POINT, labels.POINT))


def test_a_lone_point_has_its_name_above() -> None:
    assert labels.placed([(5.0, 5.0)], ["alone"], [0]) in (
        {0: "top center"},
        {0: "bottom center"},
        {0: "middle right"},
    )

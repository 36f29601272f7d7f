"""What the README says was measured is what the files say, and the picture is drawn from them."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.bench import readme, scaling_told

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_the_tables_of_the_readme_are_those_of_the_files() -> None:
    for mark, inside in readme.blocks().items():
        assert f"<!-- {mark} -->\n{inside}<!-- /{mark} -->" in README


def test_the_picture_is_drawn_from_the_file() -> None:
    sizes = json.loads((readme.MEASURED / "scaling.json").read_text("utf-8"))["sizes"]
    drawn = readme.PICTURE.read_text("utf-8")
    assert drawn == scaling_told.picture(sizes) + "\n"
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - our own file


def test_nothing_was_lost_under_load() -> None:
    told = json.loads((readme.MEASURED / "load.json").read_text("utf-8"))
    assert told["errors"] == 0
    assert told["votes_sent"] == told["votes_stored"] > 0

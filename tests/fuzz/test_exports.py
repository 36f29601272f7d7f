"""What is written: no text is a formula, a tag, a command of LaTeX or a second line; no name is a path."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from arena import cells
from arena.errors import ArenaError
from arena.formats.write import board_latex, board_markdown, rows
from arena.pages.markup import tag
from arena.pages.offprint import sheet
from arena.store import boards
from tests.fuzz.counting import line, many, tried
from tests.fuzz.hostile import SHORT, TEXT, whole
from tests.fuzz.test_texts import tags

ACTIVE = "=+@\t\r"


@many
@given(TEXT)
def test_no_cell_is_a_formula_and_all_come_back(text: str) -> None:
    text = whole(text).replace("\0", "")
    with tried("cells of a csv"):
        file = io.StringIO()
        csv.writer(file).writerow([cells.inert(text), "z"])
        (found,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
        assert not found[0].startswith(tuple(ACTIVE))
        assert cells.plain(found[0]) == text


@many
@given(SHORT)
def test_no_name_is_a_command_or_a_second_line(name: str) -> None:
    with tried("names in tables"):
        bare = board_latex.escaped(name)
        assert "\n" not in bare + board_markdown.escaped(name)
        plain = bare.replace("$-$", "")
        for word in ("\\\\", *(f"\\{char}" for char in "{}$&#_%")):
            plain = plain.replace(word, "")
        assert not set(plain) & set("$%#&_^~")
        assert plain.count("{") == plain.count("}")


@many
@given(TEXT)
def test_a_row_of_json_is_one_line_and_comes_back(text: str) -> None:
    text = whole(text)
    with tried("rows of json"):
        said = rows.dump({"text": text, "none": None})
        assert "\n" not in said
        assert json.loads(said) == {"text": text}


@many
@given(TEXT, SHORT)
def test_a_page_to_keep_has_no_tag_of_a_text(text: str, title: str) -> None:
    text, title = whole(text), whole(title)
    with tried("pages to keep"):
        part = tag("p", text, title=title)
        page = sheet.html(
            sheet.Offprint("x", title, part, "battles", (), 1), datetime(2026, 1, 1, tzinfo=UTC)
        )
        inside = page.partition("<body")[2]
        assert {name for name, _ in tags("<body" + inside)} <= {"body", "main", "p"}


@many
@given(SHORT | TEXT)
def test_no_name_of_a_model_leaves_its_folder(model: str) -> None:
    with tried("names of files"), TemporaryDirectory() as place:
        name = rows.named(whole(model)[:80])
        path = Path(place, f"{name}.csv")
        assert path.resolve().parent == Path(place).resolve()
        assert not name.startswith(".")
        assert not set(name) & set('/\\:*?"<>|\0\n')


@many
@given(st.text(max_size=30) | SHORT)
def test_no_name_of_a_board_is_a_path(name: str) -> None:
    with tried("names of boards"):
        try:
            found = boards.checked(name)
        except ArenaError as error:
            line(error)
        else:
            assert Path("imports", f"000001-{found}").parent == Path("imports")
            assert found not in ("", ".", "..")

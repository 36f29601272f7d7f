"""Style sheets: all are on every page, so each says which pages it is for; the shared ones never clash."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.pages import frame
from arena.pages.early import named

SHARED = {"arena.css", "charts.css", "access.css"}
"""Sheets for every page."""
SHEETS = sorted(path for folder in frame.folders().values() for path in folder.glob("*.css"))
PAGES = {named(place) for place, _, _ in frame.pages()}
WRAPPERS = {".gradio-container", ".html-container", ".gradio-container .html-container"}


def rules(text: str) -> Iterator[tuple[str, ...]]:
    """The selectors of every rule, outermost first, without at-rules."""
    stack: list[str] = []
    for words, sign in re.findall(r"([^{};]*)([{};])", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        if sign == "{":
            stack.append(words.strip())
            yield tuple(one for one in stack if not one.startswith("@"))
        elif sign == "}":
            stack.pop()


def leading(selectors: tuple[str, ...]) -> set[str]:
    """Classes that a rule starts from, where nothing but Gradio's own frame narrows it."""
    inner = [one for one in selectors if one not in WRAPPERS and not one.startswith("html")]
    if len(inner) != 1:
        return set()
    bare = inner[0]
    while "(" in bare:  # what stands in brackets narrows: kept only as whether it names a place
        bare = re.sub(r"\(([^()]*)\)", lambda found: "#" if "#" in found[1] else "", bare)
    firsts = (re.split(r"[\s>+~]", part.strip())[0] for part in bare.split(","))
    return {name for first in firsts if "#" not in first for name in re.findall(r"\.[a-z][\w-]*", first)[:1]}


@pytest.mark.parametrize(
    "sheet", [path for path in SHEETS if path.name not in SHARED], ids=lambda path: path.name
)
def test_a_sheet_names_its_pages(sheet: Path) -> None:
    text = sheet.read_text("utf-8")
    outer = {selectors[0] for selectors in rules(text) if selectors}
    assert len(outer) == 1, f"{sheet.name}: rules stand outside of html[data-page=...] {{ }}"
    pages = named_in(text)
    assert pages
    assert pages <= PAGES
    assert "@keyframes" not in text, "animations cannot stand inside a rule: put them into arena.css"


def named_in(text: str) -> set[str]:
    """The pages that a sheet is for."""
    return set(re.findall(r'\[data-page="([a-z]+)"\]', text.split("{", maxsplit=1)[0]))


@pytest.mark.parametrize("page", [*sorted(PAGES), "every"])
def test_sheets_of_one_page_never_style_the_same_class(page: str) -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for sheet in SHEETS:
        text = sheet.read_text("utf-8")
        if sheet.name in SHARED if page == "every" else page in named_in(text):
            for selectors in rules(text):
                for name in leading(selectors):
                    where[name].add(sheet.name)
    twice = {name: sorted(files) for name, files in where.items() if len(files) > 1}
    assert {name: files for name, files in twice.items() if name not in WRAPPERS} == {}

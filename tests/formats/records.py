"""Records as a board gives them out: ids as the store has them, texts that any file can hold."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from arena.formats import catalog
from arena.formats.read import facts, ids
from arena.formats.types import Source, Written
from arena.types import Battle, Record, Reject, Row, Verdict

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"])
TEXT = st.text(CHARACTERS, min_size=1, max_size=8)
NAME = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=6)
MOMENT = st.none() | st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - UTC, naive
WINNER = st.sampled_from(["a", "b", "tie", "both_bad"])


def plain(board: str, judge: str, game: int = 1, swapped: bool = False) -> st.SearchStrategy[Verdict]:
    """A verdict that names a winner."""
    return st.builds(
        Verdict, id=st.just("v"), battle=st.just("b"), judge=st.just(judge), game=st.just(game),
        swapped=st.just(swapped), winner=WINNER, explanation=st.none() | TEXT,
    )  # fmt: skip


@st.composite
def records(draw: st.DrawFn, games: int = 1, turns: int = 2) -> Record:
    """A battle with both texts, judged once or in both orders by one or two judges."""
    models = draw(st.tuples(NAME, NAME).filter(lambda pair: pair[0] != pair[1]))
    texts = st.lists(TEXT, min_size=1, max_size=turns).map(tuple)
    prompt = facts.prompt(
        "board", draw(texts), draw(NAME), categories=draw(st.just(()) | NAME.map(lambda n: (n,)))
    )
    a, b = (facts.response(prompt.id, model, draw(texts)) for model in models)
    key = ids.battle(Source(Path("x"), Path("x"), "board"), draw(NAME), 1)
    battle = Battle(key, *models, prompt.id, a.id, b.id, games, draw(st.integers(1, 3)), draw(MOMENT))
    judges = draw(st.lists(NAME, min_size=1, max_size=2, unique=True))
    verdicts = tuple(
        replace(draw(plain("board", judge, game, game == 2)), id=ids.verdict(key, judge, game), battle=key)
        for judge in judges
        for game in range(1, games + 1)
    )
    return Record("board", battle, prompt, a, b, verdicts)


def distinct(records: list[Record]) -> list[Record]:
    """Those of different battles and different pairs to a prompt, so that none stands for another."""
    found = {
        (row.battle.prompt, row.battle.model_a, row.battle.model_b, row.battle.turn): row for row in records
    }
    return list({row.battle.id: row for row in found.values()}.values())


def returned(name: str, rows: list, file: str) -> tuple[Written, list]:
    """(what writing said, the facts of every row when it is read again)."""
    with TemporaryDirectory() as folder:
        path = Path(folder, file)
        written = catalog.exporter(name).write(iter(rows), path)
        files, skipped = catalog.find(path)
        assert skipped == ()
        assert {found for _, found in files} == {name}
        items = [item for file, _ in files for item in catalog.load(name).read(Source(file, path, "board"))]
    assert not [item for item in items if isinstance(item, Reject)]
    return written, [item.facts for item in items if isinstance(item, Row)]

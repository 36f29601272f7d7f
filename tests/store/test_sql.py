"""Every SQL file compiles against the schema: a question that nobody asked today still works tomorrow."""

import re
from importlib.resources import files

import pytest

from arena.store.database import scripts
from arena.store.sql import ask
from tests.store import build

QUESTIONS = sorted(
    file.name[:-4]
    for file in files("arena.store.sql").iterdir()
    if file.name.endswith(".sql") and not file.name.startswith("audit")
)
"""Those of the audit share a beginning, and are run together by its own tests."""
VALUES = {
    "board": 1,
    "name": "x",
    "named": None,
    "category": "",
    "merge": "mean",
    "delta": 0.0,
    "bad_at": None,
    "strong": 1.0,
    "ties": "half",
    "both_bad": "half",
    "by": "prompt",
    "order": "given",
    "limit": 5,
    "seq": -1,
    "after_judge": 0,
    "prefix": "abc",
    "judge": None,
    "turn": None,
    "battle": "00000000-0000-0000-0000-000000000000",
    "prompt": "00000000-0000-0000-0000-000000000000",
    "ids": ["00000000-0000-0000-0000-000000000000"],
    "battles": ["00000000-0000-0000-0000-000000000000"],
    "models": ["x"],
    "references": ["x"],
    "people": "human",
    "done": [],
    "voter": None,
    "prompts": ["00000000-0000-0000-0000-000000000000"],
    "words": 0,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with build.database(tmp_path_factory.mktemp("sql")) as found:
        yield found


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_runs_on_an_empty_database(database, name):
    text = ask(name)
    params = {word: VALUES[word] for word in re.findall(r"\$([a-z_]+)", text)}
    with database.write() as cursor:
        cursor.execute(text, params).fetchall()


@pytest.mark.parametrize("folder", ["migrations", "macros", "sql", "ingesting", "superseding", "conflicts"])
def test_every_script_says_what_it_is(folder):
    found = scripts(folder)
    assert found
    assert all(text.startswith("-- ") for _, text in found)

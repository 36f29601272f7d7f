"""Cards: what a model and a training set are, from recorded facts, harmless whatever they hold."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from arena.errors import NotFound
from arena.service.service import Service
from tests.store import build
from tests.training.flywheel import finished
from training import cards
from training.cards import About
from training.service import Guest, Iteration, IterationFound
from training.types import Preview

PREVIEW = Preview(
    9, 4, {"the target did not lose": 5}, {"least": 1.0, "most": 6.0, "median": 2.0},
    {"oak": 0.75, "elm": 0.25}, {"maths": 1.0}, {}, 1.2, "4 rows to train on",
)  # fmt: skip
EVIL = "![spy](http://spy.example/p.png) [link](http://evil.example) <script>|x"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> IterationFound:
    home = tmp_path_factory.mktemp("cards")
    finished.flywheel(home / "runs")
    with Service(build.settings(home), "test") as service:
        return Guest(service).one(Iteration("made"))


def front(card: str) -> dict[str, object]:
    return dict(yaml.safe_load(card.split("---\n")[1]))


def test_a_models_card_says_what_it_learnt_from_and_how_it_was_measured(found: IterationFound) -> None:
    assert found.report is not None
    one = next(version for version in found.report.versions if version.name == finished.NEW)
    card = cards.model(found, finished.NEW)
    assert front(card)["tags"] == ["arena-learning", "sft"]
    assert "| 1 sft |" in card
    assert f"**{one.rating:.0f}** (95 % {one.low:.0f} to {one.high:.0f}, {one.battles:,} battles" in card
    assert one.model not in card  # no folder of this machine
    assert cards.NOTHING in cards.model(found, found.report.versions[0].name)


def test_a_version_that_is_not_there_is_one_line(found: IterationFound) -> None:
    with pytest.raises(NotFound, match=r"iteration-made has no version 'x': there are nano-loop-i0, "):
        cards.model(found, "x")


def test_a_training_sets_card_says_what_was_chosen_and_what_was_left_out() -> None:
    card = cards.dataset(About("dpo", "mine", "me", ("gap {'k': 1}",), 4, ("panel",)), PREVIEW)
    assert front(card) == {"tags": ["arena-learning", "dpo"], "size_categories": ["n<1K"]}
    for said in (
        "4 of 9 candidates",
        "| the target did not lose | 5 |",
        "1 to 6, median 2",
        "| oak | 75.0% |",
        "panel",
    ):
        assert said in card


def test_names_in_a_card_are_only_text(found: IterationFound) -> None:
    card = cards.dataset(About("sft", EVIL, EVIL, (EVIL,), 2), replace(PREVIEW, opponents={EVIL: 1.0}))
    assert found.report is not None
    first = replace(found.report.versions[0], name=EVIL)
    card += cards.model(replace(found, report=replace(found.report, versions=(first,)), choice=EVIL))
    assert "![" not in card.replace(r"!\[", "")
    assert "](" not in card.replace(r"\](", "")
    assert "<script" not in card.replace(r"\<", "")


def test_the_verbs_write_cards(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from arena.__main__ import main  # noqa: F401 - hangs all verbs on the app
    from arena.cli.main import app

    finished.flywheel(tmp_path / "home" / "runs")
    line = ["--home", str(tmp_path / "home"), "export", "card", "made", str(tmp_path / "README.md")]
    assert CliRunner().invoke(app, line).exit_code == 0
    assert "# nano-loop-i" in (tmp_path / "README.md").read_text("utf-8")
    assert "is there already" in str(CliRunner().invoke(app, line).exception)

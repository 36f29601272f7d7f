"""Judges' figures on real sets beside what their publishers counted, and on judges whose faults were set."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from arena.audit import Rate
from arena.errors import BadRequest, NotFound
from arena.filters import Filters
from arena.jobs.facts import Shards
from arena.plugins import Choice
from arena.service import requests as ask
from arena.service.auditing import Audit, Audited, Figures
from arena.service.service import Service
from arena.store import runs
from tests.jobs import rig
from tests.store import build as stored
from tests.tournament import build


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(stored.settings(tmp_path_factory.mktemp("home")), "test") as service:
        yield service


@pytest.fixture(scope="module")
def labelled(arena: Service, shared: Path) -> Service:
    """LLMBar's pairs with its judges' replies, and PandaLM's with three people."""
    for file, board in (("llmbar", "bar"), ("llmbar_judge_outputs", "bar"), ("pandalm_999", "panda")):
        arena.bring(ask.Import(shared / "judge_tests" / f"{file}.parquet", board))
    return arena


def audited(service: Service, board: str, **asked: object) -> Audited:
    found = service.perform(Audit(board, **asked))  # type: ignore[arg-type]
    assert isinstance(found, Audited)
    return found


def figures(found: Audited, judge: str) -> Figures:
    return next(one for one in found.judges if one.judge == judge).figures


def value(rate: Rate | None) -> float:
    assert rate is not None
    assert rate.low <= rate.value <= rate.high
    return rate.value


def test_gpt4_on_llmbar_is_as_good_as_published(labelled: Service) -> None:
    """../shared/data/README.md: 84.5 % accuracy, the same verdict after a swap in 92.8 %."""
    found = audited(labelled, "bar")
    plain = figures(found, "GPT-4 Vanilla")
    assert found.reference == ("human",)
    assert round(100 * value(plain.right_game), 1) == 84.5
    assert round(100 * value(plain.same), 1) == 92.8
    assert value(figures(found, "ChatGPT Vanilla").first) > 0.6


def test_judges_on_pandalm_agree_with_people_as_published(labelled: Service) -> None:
    """../shared/data/README.md: GPT-3.5 69.8 % of 999 (25 unreadable), PandaLM-7B 66.8 %, 879 unanimous."""
    found = audited(labelled, "panda")
    machine = next(one for one in found.judges if one.judge == "gpt-3.5-turbo")
    assert machine.failures == (("unparsed", 25),)
    right = machine.figures.right
    assert right is not None
    assert round(100 * right.value * right.n / 999, 1) == 69.8
    assert round(100 * value(figures(found, "PandaLM-7B").right), 1) == 66.8
    assert found.people is not None
    assert found.people.n == 3 * 999
    assert value(found.people) == pytest.approx((879 + 120 / 3) / 999, abs=0.01)
    assert value(found.people_alpha) > value(found.alpha) > 0.5


def test_the_truth_may_be_any_judge(labelled: Service) -> None:
    found = audited(labelled, "bar", reference=("GPT-4 Vanilla",))
    assert figures(found, "GPT-4 Vanilla").right is None
    assert value(figures(found, "GPT-4 CoT").right) > value(figures(found, "ChatGPT CoT").right)
    with pytest.raises(NotFound, match="no judge 'nobody'; it has ChatGPT"):
        audited(labelled, "bar", reference=("nobody",))
    with pytest.raises(BadRequest, match="no single verdicts"):
        audited(labelled, "wizardarena-mix")


def test_figures_are_told_apart_by_category(labelled: Service) -> None:
    found = audited(labelled, "bar", by="category", filters=Filters(judge="GPT-4 Vanilla"))
    (judge,) = found.judges
    parts = {part.name: part.figures.right_game for part in judge.parts}
    assert value(parts["Natural"]) == pytest.approx(0.955)
    assert sum(part.n for part in parts.values() if part) == 838


def test_length_preference_is_what_a_loop_counts(labelled: Service) -> None:
    rows = labelled.database.rows(
        "SELECT prompt, model, tokens FROM responses"
        " WHERE prompt IN (SELECT id FROM prompts WHERE source = 'bar')"
    )
    sizes = {(prompt, model): tokens for prompt, model, tokens in rows}
    longer, seen = 0, 0
    for prompt, a, b, winner in labelled.database.rows(
        "SELECT v.prompt, model_a, model_b, winner FROM verdicts v JOIN judges j ON j.id = v.judge"
        " JOIN boards o ON o.id = v.board WHERE j.name = 'human' AND o.name = 'bar'"
    ):
        one, two = sizes[prompt, a], sizes[prompt, b]
        seen += one != two
        longer += one != two and (winner == "a") == (one > two)
    found = figures(audited(labelled, "bar"), "human").longer
    assert found is not None
    assert (found.n, found.value) == (seen, pytest.approx(longer / seen))


Play = Callable[..., Figures]


@pytest.fixture
def faulty(home: Path, tmp_path: Path) -> Play:
    """Figures of a verifier with faults, over 180 battles of recorded models."""

    def play(**faults: float) -> Figures:
        name = json.dumps(faults)
        config = build.tournament(tmp_path, n=60, judge=Choice("verifier", faults), retries=0)
        place = tmp_path / f"scene {name}"
        found = build.facts(build.played(config, build.scene(place)))
        run = rig.made(home / "runs", board=f"board-{len(list(home.glob('runs/*')))}")
        with Shards(run.outputs) as shards:
            shards.append(found)
        with Service(stored.settings(home), "test") as service:
            runs.take_all(service.database, run)
            board = run.spec().board
            assert board is not None
            return audited(service, board).judges[0].figures

    return play


def test_a_position_bias_that_was_set_is_found(faulty: Play) -> None:
    biased, fair = faulty(position_bias=0.2), faulty()
    assert biased.first is not None
    assert biased.first.low <= 0.7 <= biased.first.high
    assert biased.first.high - biased.first.low < 0.2
    assert fair.first is not None
    assert (fair.first.value, fair.flipped and fair.flipped.value) == (0.5, 0)


def test_unreadable_replies_and_errors_that_were_set_are_found(faulty: Play) -> None:
    found = faulty(unreadable=0.1, error=0.2)
    assert found.read is not None
    assert found.read.low <= 0.9 <= found.read.high
    assert found.flipped is not None
    assert 0.1 < found.flipped.value < 2 * 0.2 * 0.8 + 0.02

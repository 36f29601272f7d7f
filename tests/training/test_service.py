"""What is asked of flywheels, over a folder that is done: steps, what turned, rows, a choice, lineage."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena import models, wire
from arena.errors import BadRequest, NotFound
from arena.filters import Filters
from arena.jobs import catalog, folder
from arena.jobs.events import Follower
from arena.pages.place import Place, Spot
from arena.pages.reading import battle as pane
from arena.service import requests as ask
from arena.service.lineage import Lineage, LineageFound
from arena.service.service import Service
from arena.settings import Settings
from tests.store import build
from tests.training import tiny
from tests.training.flywheel import finished, small
from training.flywheel import course
from training.pages import fight, spot
from training.service import Fight, Guest, Iteration, Iterations, Promote, Promoted, Rows

RUN = "iteration-made"


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("wheel")
    finished.flywheel(home / "runs")
    with Service(build.settings(home), "test") as service:
        yield service


def test_all_runs_say_what_stands_and_why(arena: Service) -> None:
    (line,) = arena.perform(Iterations())
    assert (line.line.id, line.line.state, line.current) == (RUN, "done", finished.NEW)
    assert (line.stages, line.planned) == (1, 1)
    assert "not shown to be better" in line.verdict


def test_a_run_shows_every_step_and_what_turned(arena: Service) -> None:
    found = Guest(arena).one(Iteration("made", "i1-sft"))
    start, sft = found.stages
    assert [step.state for step in (*start.steps, *sft.steps)] == ["done"] * 6
    assert [step.what for step in sft.steps] == ["battles", "rows", "train", "panel", "gate"]
    assert found.moved is not None
    assert [(flip.text, flip.won) for flip in found.moved.flips] == [("spell CAT", True), ("double 7", False)]
    assert {cell.name: cell.change for cell in found.moved.categories} == {"spell": 1.0, "double": -1.0}
    assert found.stage is not None
    assert [(one.prompt, one.before, one.after) for one in found.stage.answers] == [
        ("spell OWL", "hoo", "O W L")
    ]
    assert [figure.name for figure in found.stage.figures] == ["loss"]
    assert [one.checkpoint.name for one in found.family] == [finished.NEW]


def test_steps_still_to_come_wait(tmp_path: Path) -> None:
    run = finished.flywheel(tmp_path)
    shutil.rmtree(folder.step(run, "i1-sft-gate").path)
    config = catalog.config("iteration", run.spec().config)
    _, sft = course.stages(run, config, None, lambda step: Follower(step.events).look())
    assert [step.state for step in sft.steps] == ["done", "done", "done", "done", "waiting"]
    assert sft.state == "running"


def test_rows_are_paged_narrowed_and_pointed_at(arena: Service) -> None:
    guest = Guest(arena)
    kept = guest.rows(Rows(RUN, "i1-sft", category="double"))
    assert (kept.total, kept.rows[0]["model"], kept.board) == (1, "elm", "nano-loop-battles")
    gone = guest.rows(Rows(RUN, "i1-sft", "dropped"))
    assert gone.reasons == {"the target did not lose": 1}
    with pytest.raises(NotFound, match="no row 'x'"):
        guest.rows(Rows(RUN, "i1-sft", row="x"))
    with pytest.raises(NotFound, match="i1-dpo has chosen no rows"):
        guest.rows(Rows(RUN, "i1-dpo"))


def test_a_persons_choice_is_kept(arena: Service) -> None:
    arena.perform(Promote(RUN, finished.OLD))
    assert Guest(arena).one(Iteration(RUN)).choice == finished.OLD
    with pytest.raises(BadRequest, match="no version 'x'"):
        arena.perform(Promote(RUN, "x"))


def test_a_promoted_version_is_copied_and_named_by_its_lineage(arena: Service) -> None:
    run = folder.at(arena.settings.runs, RUN)
    made = tiny.llama(run.path / "model")
    done = arena.perform(Promote(RUN, finished.NEW))
    assert isinstance(done, Promoted)
    shutil.rmtree(made)
    heads = models.promoted(arena.settings.models)
    assert heads == {"nano-loop": Path(done.model)}
    assert (heads["nano-loop"] / "model.safetensors").is_file()
    assert models.successor("nano-loop", heads["nano-loop"]) == "nano-loop-after-i1-sft"
    arena.perform(Promote(RUN, finished.OLD))
    back = models.promoted(arena.settings.models)["nano-loop"]
    assert models.identity(str(back)) == models.identity("shipped:sprout")


def test_requests_of_training_travel_like_all_others(arena: Service) -> None:
    asked = Rows(RUN, "i1-sft")
    there = wire.decode_request(wire.verb(asked), wire.encode(asked))
    assert wire.decode_result("rows", wire.encode(arena.perform(there))) == arena.perform(asked)


def test_the_battle_page_leads_to_the_row_and_a_panel_battle_to_what_was_learnt(arena: Service) -> None:
    def shown(battle: str, board: str) -> str:
        return str(pane(arena.battle(ask.Battle(battle)), Place(Spot(board, id=battle), Filters())))

    became = shown(finished.battle(finished.OLD, "spell OWL", "i1-battles-1"), "nano-loop-battles")
    assert "became an SFT row in iteration 1 (to imitate: elm)" in became
    why = shown(finished.battle(finished.OLD, "shout HI", "i1-battles-1"), "nano-loop-battles")
    assert "not in SFT of iteration 1</a>: the target did not lose" in why
    panel = shown(finished.battle(finished.NEW, "spell CAT", "i1-sft-panel"), "nano-loop-panel")
    assert "never trained on" in panel
    assert "/iterate?run=iteration-made&amp;stage=i1-sft&amp;category=spell" in panel


def test_a_battle_is_read_from_the_folder_of_its_run(arena: Service) -> None:
    name = finished.battle(finished.OLD, "spell OWL", "i1-battles-1")
    found = Guest(arena).perform(Fight(RUN, name))
    assert isinstance(found, ask.BattleFound)
    assert found.record.prompt is not None
    assert found.record.prompt.turns == ("spell OWL",)
    assert found.record.response_b is not None
    assert found.record.response_b.turns == ("elm says spell OWL",)
    assert [(line.judge, line.outcome, line.share) for line in found.outcomes] == [("verifier", "b", 0.0)]
    assert 'href="/battles' not in fight.fight(found, spot.Spot(RUN, fight=name))
    with pytest.raises(NotFound, match="no battle 'x' in its steps"):
        Guest(arena).perform(Fight(RUN, "x"))


def test_battles_inside_a_study_are_led_to_on_the_page_of_iterations() -> None:
    assert spot.battle("loop-panel", "B", "iteration-1") == "/battles?board=loop-panel&id=B"
    here = spot.Spot("study-1.a-s0", "i1-sft", row="R")
    there = "/iterate?run=study-1.a-s0&stage=i1-sft&row=R&fight=B"
    assert spot.battle("loop-panel", "B", "study-1.a-s0", here) == there


@pytest.mark.slow
def test_lineage_of_a_real_iteration_goes_both_ways(tmp_path: Path) -> None:
    config = small.settings(tmp_path / "made", [small.stage("sft", 1, options={"epochs": 1})])
    run = small.made(tmp_path / "runs", config)
    assert small.worker(run).wait(timeout=600) == 0, run.log.read_text()[-2000:]
    with Service(Settings(home=tmp_path), "test") as arena:
        row = Guest(arena).rows(Rows(run.id, "i1-sft")).rows[0]
        back, forth = arena.perform(Lineage(row["id"])), arena.perform(Lineage(row["battles"][0]))
        assert isinstance(back, LineageFound)
        assert isinstance(forth, LineageFound)
        assert forth.rows == back.rows
        assert [one.checkpoint.name for one in back.checkpoints] == ["small-i1-sft"]
        assert back.checkpoints[0].later["small-panel"] == small.SETS["panel"]

"""Leak and copy checks: what is flagged, kept, filtered, and gone from a ranking at one switch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.cli.rebuild import rebuild
from arena.errors import BadRequest, NoRoom, NotFound
from arena.filters import Filters
from arena.flags import Flag
from arena.jobs.folder import RunFolder, Spec
from arena.service import closer as look
from arena.service import requests as ask
from arena.service.checking import Check
from arena.service.guarding import Guard
from arena.service.service import Service
from tests.store import build

FAIR = "Name three rivers that flow through Poland and say where each of them ends, please."
KNOWN = "Write a short poem about the sea in winter, in four lines, without the word wave."
TAUGHT = "Explain to a child of seven why the sky looks blue at noon and red in the evening."
MAPS = tuple(
    f"{name}={name}" for name in ("model_a", "model_b", "winner", "prompt", "response_a", "response_b")
)


def battle(a: str, b: str, winner: str, prompt: str, first: str, second: str) -> dict[str, str]:
    return {
        "model_a": a,
        "model_b": b,
        "winner": winner,
        "prompt": prompt,
        "response_a": first,
        "response_b": second,
    }


ROWS = [
    battle("x", "y", "model_a", FAIR, "The Vistula, the Oder and the Warta.", "The Danube, I think."),
    battle("y", "z", "model_a", FAIR, "The Danube, I think.", "I do not know."),
    battle(
        "x",
        "z",
        "model_b",
        FAIR,
        "The  vistula, the Oder\nand the Warta.",
        "the Vistula, the Oder and the warta.",
    ),
    battle("y", "x", "model_a", KNOWN, "Grey is the sea.", "White is the sea."),
    battle("z", "y", "model_a", KNOWN, "Same words.", "Same words."),
    battle("z", "x", "model_a", TAUGHT, "Air bends blue.", "Dust."),
    battle("y", "x", "model_a", TAUGHT, "Because.", "Dust."),
]


def known(folder: Path) -> dict[str, Path]:
    """A public set that holds KNOWN with a word more, and rows with TAUGHT that a model learnt."""
    turns = {
        7: [KNOWN + " Thanks!", "Now in prose."],
        8: ["What is the sum of the first hundred odd numbers?"],
    }
    questions = [{"question_id": id_, "category": "writing", "turns": said} for id_, said in turns.items()]
    said = [{"role": "user", "content": TAUGHT.upper() + " Go."}, {"role": "assistant", "content": "Light."}]
    return {
        "bench": build.lines(folder / "bench.jsonl", questions),
        "rows": build.lines(folder / "rows.jsonl", [{"messages": said}]),
    }


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return known(tmp_path)


@pytest.fixture
def arena(home: Path, tmp_path: Path) -> Iterator[Service]:
    with Service(build.settings(home), "test") as service:
        service.bring(ask.Import(build.lines(tmp_path / "mine.jsonl", ROWS), "mine", maps=MAPS))
        yield service


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A board that was checked; nobody changes it."""
    folder = tmp_path_factory.mktemp("checked")
    with Service(build.settings(folder / "home"), "test") as service:
        service.bring(ask.Import(build.lines(folder / "mine.jsonl", ROWS), "mine", maps=MAPS))
        assert service.perform(Guard("mine")).check is None
        checked(service, known(folder))
        yield service


def checked(arena: Service, files: dict[str, Path], **more: Any) -> Any:
    return arena.perform(Check("mine", (str(files["bench"]),), (f"z={files['rows']}",), **more))


def shown(arena: Service, **filters: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    page = arena.battles(ask.Battles("mine", Filters(**filters)))
    return [(line.model_a, line.model_b, line.marks) for line in page.battles]


def test_every_kind_of_flag_is_found_once_and_on_the_right_battles(arena, files):
    before = arena.perform(Guard("mine"))
    assert (before.check, before.flagged, before.later, before.moves) == (None, 0, 7, ())
    assert arena.perform(look.Facets("mine")).facets["clean"] == ()
    found = checked(arena, files)
    assert (found.copies, found.alike, found.prompts, found.new) == (1, 1, 3, 4)
    assert [(one.mark, one.model, one.rows, one.prompts) for one in found.done.looked] == [
        ("trained", "z", 1, 1), ("public", None, 2, 1)]  # fmt: skip
    marks = [one for _, _, one in shown(arena)]
    assert marks == [(), (), ("alike",), ("public",), ("copy", "public"), ("trained",), ()]
    assert checked(arena, files).new == 0
    shorter = checked(arena, files, words=4)
    assert (shorter.copies, shorter.alike, shorter.new, shorter.gone) == (0, 1, 0, 1)


def test_the_last_check_says_what_is_flagged_where_it_looked_also_after_a_rebuild(home, arena, files):
    checked(arena, files)
    checked(arena, files, words=4)
    marks = [(), (), ("alike",), ("public",), ("public",), ("trained",), ()]
    assert [one for _, _, one in shown(arena)] == marks
    guard = arena.perform(Guard("mine"))
    assert (guard.flagged, guard.marks) == (4, {"alike": 1, "public": 2, "trained": 1})
    arena.perform(Check("mine", (str(files["bench"]),), likeness=1.0, words=20))
    found = [(), (), (), (), (), ("trained",), ()]  # the rows were not looked at again
    assert [one for _, _, one in shown(arena)] == found
    assert len(shown(arena, clean=True)) == 6
    last = arena.perform(Guard("mine"))
    assert (last.check.words, last.flagged) == (20, 1)
    arena.close()
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as again:
        assert [one for _, _, one in shown(again)] == found
        assert again.perform(Guard("mine")) == last


def test_a_check_that_was_written_and_not_stored_comes_in_before_later_ones(home, arena, files):
    with build.room_for_books(home), pytest.raises(NoRoom):
        checked(arena, files)
    checked(arena, files, words=4)
    before = shown(arena)
    arena.close()
    with Service(build.settings(home), "test") as again:
        assert shown(again) == before
        assert again.perform(Guard("mine")).check.words == 4


def test_a_check_again_is_as_strict_as_the_last_one_and_rows_given_twice_are_flagged_once(arena, files):
    checked(arena, files, words=4, likeness=0.5)
    found = arena.perform(Check("mine", again=True)).done
    assert (found.words, found.likeness) == (4, 0.5)
    twice = (f"z={files['rows']}",) * 2
    assert arena.perform(Check("mine", (), twice, words=4)).new == 0
    assert arena.database.rows("SELECT count(*), count(DISTINCT id) FROM flags WHERE mark = 'trained'") == [
        (1, 1)
    ]


def test_one_switch_leaves_flagged_battles_out_everywhere(seen, tmp_path):
    assert shown(seen, clean=True) == [("x", "y", ()), ("y", "z", ()), ("y", "x", ())]
    assert len(shown(seen, clean=False)) == 4
    assert [pair[:2] for pair in shown(seen, mark="public")] == [("y", "x"), ("z", "y")]
    clean = seen.leaderboard(ask.Leaderboard("mine", filters=Filters(clean=True)))
    assert clean.n_battles == 3
    wrote = seen.export(ask.Export("battles", "mine", tmp_path / "out.jsonl", filters=Filters(clean=True)))
    assert wrote.rows == 3


def test_the_guard_says_how_many_are_left_out_and_who_moves(seen):
    found = seen.perform(Guard("mine", filters=Filters(clean=True)))
    assert (found.battles, found.flagged, found.later) == (7, 4, 0)
    assert found.marks == {"copy": 1, "alike": 1, "trained": 1, "public": 2}
    both = {
        line.model: (line.rank, line.value)
        for clean in (None, True)
        for line in seen.leaderboard(ask.Leaderboard("mine", filters=Filters(clean=clean))).ratings
    }
    assert {move.model: (move.rank_clean, move.value_clean) for move in found.moves} == both


def test_facets_and_the_strip_count_flags(seen):
    counts = seen.perform(look.Facets("mine")).facets
    assert counts["clean"] == (("false", 4), ("true", 3))
    assert dict(counts["mark"]) == {"public": 2, "copy": 1, "alike": 1, "trained": 1}
    assert all(len(shown(seen, mark=mark)) == count for mark, count in counts["mark"])
    assert all(len(shown(seen, clean=said == "true")) == count for said, count in counts["clean"])
    with Service(build.settings(seen.settings.home.parent / "other"), "test", keep=False) as bare:
        bare.bring(ask.Import(seen.settings.home.parent / "mine.jsonl", "mine", maps=MAPS))
        checked(bare, known(seen.settings.home.parent))
        assert bare.perform(look.Facets("mine")).facets == counts
        assert shown(bare, mark="public") == shown(seen, mark="public")
    flagged = seen.perform(look.Trust("mine")).flagged
    assert (flagged.value, flagged.n) == (4 / 7, 7)


def test_a_battle_tells_its_flags(seen):
    fourth = seen.battles(ask.Battles("mine", Filters(mark="public"))).battles[0]
    flags = seen.battle(ask.Battle(fourth.id)).flags
    assert [(flag.mark, flag.source, flag.item) for flag in flags] == [("public", "bench", "7")]
    assert flags[0].likeness > 0.7
    assert "Thanks!" in flags[0].said


def test_flags_are_there_again_after_a_rebuild_and_new_battles_on_a_flagged_prompt_are_flagged(
    home, arena, files, tmp_path
):
    checked(arena, files)
    before = shown(arena)
    arena.close()
    rebuild(build.settings(home), None)
    with Service(build.settings(home), "test") as again:
        assert shown(again) == before
        row = battle("x", "w", "model_a", KNOWN, "Cold.", "Colder.")
        again.bring(ask.Import(build.lines(tmp_path / "more.jsonl", [row]), "mine", maps=MAPS))
        assert shown(again)[-1] == ("x", "w", ("public",))
        assert again.perform(Guard("mine")).later == 1


def test_a_board_that_is_removed_takes_its_checks_along_and_a_check_can_be_taken_back(home, arena, files):
    checked(arena, files)
    gone = arena.perform(Check("mine", forget=True))
    assert (gone.forgotten, gone.done) == (1, None)
    assert all(marks == () for _, _, marks in shown(arena))
    checked(arena, files)
    assert len(list((home / "checks").glob("*.jsonl"))) == 1
    arena.remove(ask.Remove("mine"))
    assert not list((home / "checks").glob("*.jsonl"))


def test_a_torn_file_of_a_check_is_told_and_passed_over(home, arena, files):
    checked(arena, files)
    arena.close()
    path = next((home / "checks").glob("*.jsonl"))
    path.write_text(path.read_text("utf-8")[:-30], "utf-8")
    (home / "arena.duckdb").unlink()
    told: list[str] = []
    with Service(build.settings(home), "test", told.append) as again:
        assert again.perform(Guard("mine")).check is None
    assert any("not a whole check" in line for line in told)


def test_rows_of_a_checkpoint_and_of_its_parents_are_found_by_lineage(home, tmp_path):
    for name, start, text in (
        ("first", "/models/base", TAUGHT),
        ("x", str(home / "runs/first/outputs/model"), KNOWN),
    ):
        rows = build.lines(
            tmp_path / f"{name}.jsonl", [{"kind": "sft", "id": name, "turns": [text], "answers": ["a"]}]
        )
        run = RunFolder(home / "runs" / name)
        run.make(
            Spec(
                "stage",
                {"name": name, "rows": str(rows), "start": start},
                "t",
                "2026-01-01T00:00:00",
                "k",
                1,
                None,
                False,
            )
        )
        manifest = {"key": f"key-{name}", "stage": "sft", "rows": 1, "steps": 1,
                    "parents": {"start": "weights-first" if name == "x" else "weights-base"}}  # fmt: skip
        build.lines(run.outputs / "model" / "manifest.json", [manifest])
        run.put("done")
    with Service(build.settings(home), "test") as arena:
        arena.bring(ask.Import(build.lines(tmp_path / "mine.jsonl", ROWS), "mine", maps=MAPS))
        found = arena.perform(Check("mine"))
        told = sorted((one.model, one.source, one.prompts) for one in found.done.looked)
        assert told == [("x", "rows of first", 1), ("x", "rows of x", 1)]
        assert [pair[:2] for pair in shown(arena, mark="trained")] == [("y", "x"), ("z", "x"), ("y", "x")]
        before = shown(arena)
        (tmp_path / "first.jsonl").write_text("{torn")
        again = arena.perform(Check("mine"))
        assert [one.source for one in again.done.looked] == ["rows of x"]
        assert len(again.passed) == 1
        assert again.passed[0].startswith("rows of first: ")
        assert shown(arena) == before


def test_a_board_of_a_benchmark_is_looked_at_unasked(arena, files):
    arena.bring(ask.Import(files["bench"], "bench-board"))
    found = arena.perform(Check("mine"))
    assert [(one.source, one.prompts) for one in found.done.looked] == [("bench-board", 1)]


def test_a_benchmark_s_board_without_prompts_is_passed_over_unasked_and_told_where_named(
    arena, files, tmp_path
):
    game = {"question_id": 7, "model_1": "x", "model_2": "y", "judge": ["gpt-4", "pair-v2"], "turn": 1}
    said = {f"g{at}_{what}": "model_1" for at in (1, 2) for what in ("winner", "judgment")}
    arena.bring(ask.Import(build.lines(tmp_path / "gpt_pair.jsonl", [game | said]), "mt"))
    arena.bring(ask.Import(files["bench"], "bench-board"))
    found = arena.perform(Check("mine"))
    assert [(one.source, one.prompts) for one in found.done.looked] == [("bench-board", 1)]
    assert found.passed == ("mt: board 'mt' has no prompts to check against",)
    with pytest.raises(BadRequest, match="board 'mt' has no prompts to check against"):
        arena.perform(Check("mine", ("mt",)))


@pytest.mark.parametrize(("request_", "words"), [
    (Check("mine", ("no/such/file.jsonl",)), "no board, test set or file 'no/such/file.jsonl'"),
    (Check("mine", ("mine",)), "cannot be checked against itself"),
    (Check("mine", trained=("z",)), "say MODEL=PATH"),
    (Check("mine", trained=("nobody=rows.jsonl",)), "no model 'nobody'"),
    (Check("lmsys-2024-05-27"), "holds no single battles"),
])  # fmt: skip
def test_a_check_that_cannot_be_made_is_refused_in_a_line(seen, request_, words):
    with pytest.raises((BadRequest, NotFound)) as caught:
        seen.perform(request_)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_same_finding_has_the_same_id_and_another_board_another():
    flag = Flag("public", prompt="p", source="bench", item="7", likeness=0.8)
    assert flag.id("a") == Flag("public", prompt="p", source="bench", item="7", likeness=0.9, said="t").id(
        "a"
    )
    assert flag.id("a") != flag.id("b")

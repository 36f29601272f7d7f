"""Answers that exist already: real FastChat and AlpacaEval files, and what a recorder saved."""

import json
from pathlib import Path

import pytest

from arena import plugins
from arena.backends import recorded, recorder
from arena.backends.types import Ask, Message, Sampling
from arena.errors import ArenaError
from arena.plugins import Choice
from arena.preflight import worst

HOT = Sampling()


def user(text: str, seed: int = 0, *before: str) -> Ask:
    """A chat: earlier turns, user and assistant in turn, then the user's `text`."""
    roles = ("user", "assistant")
    chat = [Message(roles[i % 2], said) for i, said in enumerate(before)]  # type: ignore[arg-type]
    return Ask(f"{text}-{seed}", (*chat, Message("user", text)), seed)


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A FastChat folder: a question of two turns, a question of one, two models."""
    folder = tmp_path / "bench"
    (folder / "model_answer").mkdir(parents=True)
    questions = [
        {"question_id": 1, "category": "math", "turns": ["one and one?", "and two more?"]},
        {"question_id": 2, "category": "math", "turns": ["three?"]},
    ]
    (folder / "question.jsonl").write_text("".join(json.dumps(row) + "\n" for row in questions))
    for model in ("tiger", "otter"):
        rows = [
            {
                "question_id": 1,
                "model_id": model,
                "choices": [{"index": 0, "turns": [f"{model} 2", f"{model} 4"]}],
            },
            {"question_id": 2, "model_id": model, "choices": [{"index": 0, "turns": [f"{model} 3"]}]},
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "model_answer" / f"{model}.jsonl").write_text(lines)
    return folder


def test_imported_answers_are_given_turn_by_turn(bench: Path) -> None:
    shelf = recorded.open(recorded.Config(str(bench), "otter"))
    asks = [user("one and one?"), user("and two more?", 0, "one and one?", "otter 2"), user("three?")]
    assert [reply.text for reply in shelf.answer(asks, HOT)] == ["otter 2", "otter 4", "otter 3"]


def test_a_missing_answer_is_an_error_that_names_the_prompt(bench: Path) -> None:
    shelf = recorded.open(recorded.Config(str(bench), "otter"))
    (reply,) = shelf.answer([user("four\nor five?")], HOT)
    assert (reply.status, reply.text) == ("error", "")
    assert "otter" in (reply.error or "")
    assert "four or five?" in (reply.error or "")


def test_it_says_whose_answers_there_are(bench: Path) -> None:
    for model in ("", "lion"):
        (finding,) = recorded.check(recorded.Config(str(bench), model))
        assert finding.level == "red"
        assert "otter, tiger" in finding.text
    assert worst(recorded.check(recorded.Config(str(bench), "tiger"))) == "green"


def test_answers_without_their_questions_are_refused(bench: Path) -> None:
    with pytest.raises(ArenaError, match="questions"):
        recorded.open(recorded.Config(str(bench / "model_answer" / "otter.jsonl"), "otter"))


def test_identity_follows_the_files(bench: Path) -> None:
    config = recorded.Config(str(bench), "otter")
    before = recorded.identity(config)
    assert before != recorded.identity(recorded.Config(str(bench), "tiger"))
    with (bench / "model_answer" / "otter.jsonl").open("a") as file:
        file.write("\n")
    assert recorded.identity(config) != before


def test_the_published_answers_of_alpaca_eval_are_replayed(tmp_path: Path) -> None:
    rows = [
        {"instruction": f"say {i}", "output": f"{i}!", "generator": "m", "dataset": "d"} for i in range(50)
    ]
    path = tmp_path / "model_outputs.json"
    path.write_text(json.dumps(rows))
    shelf = recorded.open(recorded.Config(str(path)))
    assert [reply.text for reply in shelf.answer([user(f"say {i}") for i in range(50)], HOT)] == [
        f"{i}!" for i in range(50)
    ]


def test_real_arena_bench_answers_are_all_found(shared: Path) -> None:
    folder = shared / "fastchat" / "arena_bench_v1"
    shelf = recorded.open(recorded.Config(str(folder), "claude-2"))
    lines = (folder / "question.jsonl").read_text("utf-8").splitlines()
    asks = [user(json.loads(line)["turns"][0], i) for i, line in enumerate(lines)]
    replies = list(shelf.answer(asks, HOT))
    assert len(replies) == len(asks) > 100
    assert {reply.status for reply in replies} == {"ok"}


@pytest.fixture
def recording(bench: Path, home: Path) -> recorder.Config:
    inner = Choice("recorded", {"path": str(bench), "model": "otter"})
    return recorder.Config(inner, str(home / "kept.jsonl"))


def test_a_recorder_asks_once_and_then_needs_nobody(recording: recorder.Config, bench: Path) -> None:
    first = recorder.open(recording)
    asks = [user("one and one?", 7), user("three?", 8)]
    said = list(first.answer(asks, HOT))
    first.close()
    second = recorder.open(recording)
    assert [(reply.id, reply.text) for reply in second.answer(asks, HOT)] == [(r.id, r.text) for r in said]
    assert second.inner is None
    assert recorder.identity(recording) == recorded.identity(recorded.Config(str(bench), "otter"))


def test_a_recorder_knows_a_reply_by_seed_sampling_and_schema(recording: recorder.Config) -> None:
    backend = recorder.open(recording)
    list(backend.answer([user("three?", 1)], HOT))
    for seed, sampling, schema in ((2, HOT, None), (1, Sampling(0.1), None), (1, HOT, "{}")):
        before = len(backend.known)
        list(backend.answer([user("three?", seed)], sampling, schema))
        assert len(backend.known) == before + 1


def test_errors_are_not_kept(recording: recorder.Config) -> None:
    backend = recorder.open(recording)
    (reply,) = backend.answer([user("never asked")], HOT)
    assert reply.status == "error"
    assert len(backend.known) == 0


def test_a_torn_line_is_cut_off_and_asked_again(recording: recorder.Config) -> None:
    asks = [user("one and one?"), user("three?")]
    list(recorder.open(recording).answer(asks, HOT))
    path = Path(recording.file)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert [reply.text for reply in recorder.open(recording).answer(asks, HOT)] == ["otter 2", "otter 3"]
    assert path.read_bytes() == whole


def test_what_a_recorder_kept_is_replayed_by_recorded(recording: recorder.Config) -> None:
    list(recorder.open(recording).answer([user("three?", seed) for seed in range(3)], HOT))
    config = plugins.config("arena.backends", Choice("recorded", {"path": recording.file}))
    assert [reply.text for reply in recorded.open(config).answer([user("three?", 1)], HOT)] == ["otter 3"]
    assert worst(recorded.check(config)) == "green"


def test_another_file_is_not_taken_for_recordings(recording: recorder.Config) -> None:
    Path(recording.file).write_text('{"something": "else"}\n')
    with pytest.raises(ArenaError, match="no recording"):
        recorder.open(recording)
    assert Path(recording.file).read_text() == '{"something": "else"}\n'


def test_a_plain_name_lies_in_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, home: Path, bench: Path
) -> None:
    monkeypatch.setenv("ARENA_HOME", str(home))
    inner = Choice("recorded", {"path": str(bench), "model": "otter"})
    backend = recorder.open(recorder.Config(inner, "judge.jsonl"))
    list(backend.answer([user("three?")], HOT))
    assert (home / "recordings" / "judge.jsonl").is_file()


def test_a_place_that_cannot_be_a_file_is_seen_before(bench: Path) -> None:
    inner = Choice("recorded", {"path": str(bench), "model": "otter"})
    for place in (bench, bench / "question.jsonl" / "kept.jsonl"):
        assert worst(recorder.check(recorder.Config(inner, str(place)))) == "red"

"""Finding formats by name and files by format."""

import pytest

from arena.errors import BadRequest, NotFound, Unreadable
from arena.formats import catalog

QUESTION = {"question_id": 1, "turns": ["Why?"]}
ANSWER = {"question_id": 1, "model_id": "m", "choices": [{"turns": ["So."]}]}
GRADE = {"question_id": 1, "model": "m", "judgment": "", "score": 8}


def test_every_format_says_what_it_is() -> None:
    assert len(catalog.names()) == 32
    for name in catalog.names():
        form = catalog.load(name)
        assert form.CHECKED in ("a real file", "the published schema")
        assert form.GIVES in catalog.STAGES
        assert form.__doc__ is not None


def test_an_unknown_format_names_the_choices() -> None:
    with pytest.raises(
        BadRequest, match=r"no format 'catalog'; choose one of alpaca_eval_annotations, .*vicuna"
    ):
        catalog.load("catalog")


def test_what_is_only_read_names_what_is_written() -> None:
    assert catalog.exporter("evalica") is catalog.load("evalica")
    assert catalog.exporter("lmsys_battles") is not catalog.load("lmsys_battles")
    with pytest.raises(BadRequest, match=r"vicuna_review is only read.*choose one of .*, arena_battles, "):
        catalog.exporter("vicuna_review")
    with pytest.raises(BadRequest, match="no format 'losses'"):
        catalog.exporter("losses")


def test_a_folder_is_read_definers_first_and_the_rest_is_named(jsonl, tmp_path) -> None:
    jsonl([GRADE], "a_judgment/gpt-4_single.jsonl")
    jsonl([ANSWER], "model_answer/m.jsonl")
    jsonl([QUESTION], "z/question.jsonl")
    jsonl(["hello"], "README.md")
    jsonl([GRADE], ".hidden/grades.jsonl")
    (tmp_path / "elo.pkl").write_bytes(b"\x80\x04.")
    (tmp_path / "empty.csv").touch()
    files, skipped = catalog.find(tmp_path)
    assert [name for _, name in files] == ["fastchat_question", "fastchat_answer", "fastchat_single"]
    assert skipped == (
        "README.md is skipped: no format knows it",
        "elo.pkl is skipped: a pickle is never loaded",
        "empty.csv is skipped: no format knows it",
    )


def test_a_named_format_takes_its_own_files_of_a_folder(jsonl, tmp_path) -> None:
    jsonl([GRADE], "grades.jsonl")
    question = jsonl([QUESTION], "question.jsonl")
    assert catalog.find(tmp_path, "fastchat_question")[0] == [(question, "fastchat_question")]
    with pytest.raises(Unreadable, match="none of its 2 files is evalica"):
        catalog.find(tmp_path, "evalica")


def test_a_named_format_takes_a_single_file_as_it_is(jsonl) -> None:
    path = jsonl(["?"], "odd.txt")
    assert catalog.find(path, "evalica") == ([(path, "evalica")], ())


def test_what_cannot_be_found_is_said_in_one_line(jsonl, tmp_path) -> None:
    with pytest.raises(NotFound, match="nowhere: no such file or folder"):
        catalog.find(tmp_path / "nowhere")
    with pytest.raises(Unreadable, match="none of its 0 files is in a known format"):
        catalog.find(tmp_path)
    with pytest.raises(
        Unreadable, match=r"odd\.txt: in no known format \(alpaca_eval_annotations, .*--format"
    ):
        catalog.find(jsonl(["?"], "odd.txt"))

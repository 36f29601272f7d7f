"""A dry run: what it tells is what the import then does, and it stores nothing."""

import json

import pytest

from arena.errors import BadRequest, Unreadable
from arena.importing import bring
from arena.reading import planned
from arena.store import folder
from arena.surveying import survey
from tests.store import build

ROWS = [("x", "y", "left"), ("y", "z", "tie"), ("z", "x", "perhaps"), ("x", "z", "maybe"), ("", "y", "left")]


def test_it_tells_what_the_import_does(home, tmp_path):
    path = build.votes(tmp_path / "votes.csv", ROWS)
    found = survey(planned(path, judge="people"))
    assert (found.board, found.format, found.read, found.kept, found.rejected) == (
        "votes",
        "evalica",
        5,
        2,
        3,
    )
    (file,) = found.files
    assert [(reason.rows, reason.line) for reason in file.reasons] == [(2, 4), (1, 6)]
    assert "perhaps" in file.reasons[0].reason
    assert found.facts == {"Battle": 2, "Verdict": 2}
    assert found.models == {"y": 2, "x": 1, "z": 1}
    assert (found.judges, found.winners) == ({"people": 2}, {"a": 1, "tie": 1})
    assert found.first[0].facts[0] == "Battle: model_a x, model_b y, games 1, turn 1"
    with build.database(home) as database:
        report = bring(database, path)
        assert (report.read, report.kept, report.rejected) == (found.read, found.kept, found.rejected)


def test_a_file_that_would_be_refused_is_told_beside_the_others(tmp_path):
    build.grades(tmp_path / "set" / "a.jsonl", {("q1", "x"): 8.0, ("q1", "y"): None})
    torn = tmp_path / "set" / "torn.json"
    torn.write_text('[{"model_a": "x", "model_b": "y", "winner": "tie"}, {"model_a"')
    found = survey(planned(tmp_path / "set"))
    trouble = {file.file: file.trouble for file in found.files}
    assert trouble["a.jsonl"] is None
    assert "torn" in trouble["torn.json"]
    assert found.judges == {"judge": 2}
    with pytest.raises(Unreadable, match="no such file"):
        planned(tmp_path / "nothing")


def test_reasons_that_never_repeat_take_no_memory(tmp_path):
    rows = [("x", "y", "left"), *(("x", "y", f"w{n}") for n in range(3000))]
    (file,) = survey(planned(build.votes(tmp_path / "votes.csv", rows))).files
    assert [reason.rows for reason in file.reasons] == [3000]


def test_a_mapping_is_imported_noted_and_not_needed_again(home, tmp_path):
    path = build.lines(tmp_path / "odd.jsonl", [{"l": "x", "r": "y", "w": 1}, {"l": "y", "r": "x", "w": 0}])
    maps, values = ("model_a=l", "model_b=r", "winner=w"), ("winner:1=a", "winner:0=tie")
    assert survey(planned(path, maps=maps, values=values)).winners == {"a": 1, "tie": 1}
    with build.database(home) as database:
        report = bring(database, path, maps=maps, values=values)
        assert (report.format, report.kept) == ("mapped", 2)
        ((place, manifest),) = folder.sealed(database.settings.imports)
        assert manifest.mapping == maps + values
        assert json.loads((place / "manifest.json").read_text())["mapping"] == [*maps, *values]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"format": "mapped"}, "need --map"),
        ({"values": ("winner:1=a",)}, "need --map"),
        ({"maps": ("model_a=l",), "format": "evalica"}, "clash"),
        ({"maps": ("model_a=l",)}, "battles need model_b"),
    ],
)
def test_a_mapping_and_other_options(tmp_path, given, reason):
    with pytest.raises(BadRequest, match=reason):
        planned(build.votes(tmp_path / "votes.csv", ROWS), **given)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_progress_goes_from_nothing_to_all(tmp_path, kind):
    from arena.reading import items

    path = build.votes(tmp_path / "votes.csv", [("x", "y", "left")] * 9000)
    if kind == "parquet":
        import pyarrow.csv
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.csv.read_csv(path), path.with_suffix(".parquet"))
        path = path.with_suffix(".parquet")
    told = []
    plan = planned(path, maps=("model_a=left", "model_b=right", "winner=winner"))
    count = sum(1 for _ in items(plan, lambda *report: told.append(report[1:])))
    size = path.stat().st_size
    assert count == 9000
    assert [rows for rows, _, _ in told] == [2000, 4000, 6000, 8000, 9000]
    shares = [done / total for _, done, total in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5
    assert told[-1][1:] == (size, size)

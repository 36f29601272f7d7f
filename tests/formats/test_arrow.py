"""Local Hugging Face data sets: Arrow's stream and file forms, and the json that stands beside them."""

import json

import pyarrow as pa
import pytest

from arena.errors import Unreadable
from arena.formats import catalog
from arena.formats.read import table
from arena.formats.read.position import watched
from arena.types import Reject, Row

ROWS = [{"model_a": "m", "model_b": "n", "winner": "tie", "question_id": f"q{n}"} for n in range(2500)]


@pytest.fixture
def arrow(tmp_path):
    """arrow(rows, name, stream=): an Arrow file in batches of 700 rows."""

    def write(rows, name: str = "data-00000-of-00001.arrow", *, stream: bool = True):
        path = tmp_path / name
        whole = pa.Table.from_pylist(rows)
        form = pa.ipc.new_stream if stream else pa.ipc.new_file
        with pa.OSFile(str(path), "wb") as file, form(file, whole.schema) as writer:
            writer.write_table(whole, max_chunksize=700)
        return path

    return write


@pytest.mark.parametrize("stream", [True, False])
def test_an_arrow_file_is_the_same_table(read, jsonl, arrow, stream) -> None:
    path = arrow(ROWS, stream=stream)
    assert catalog.find(path) == ([(path, "lmsys_battles")], ())
    assert read("lmsys_battles", path) == read("lmsys_battles", jsonl(ROWS))


def test_rows_are_numbered_without_gaps(arrow, parquet) -> None:
    for path in (arrow(ROWS), parquet(ROWS)):
        rows = list(table.read(path, lambda _: True, "any"))
        assert [row.number for row in rows] == list(range(1, 2501))


def test_an_arrow_files_place_can_be_asked(arrow) -> None:
    path = arrow(ROWS)
    with watched(path) as place:
        rows = table.read(path, lambda _: True, "any")
        next(rows)
        assert 0 < place.bytes < place.size
        assert len(list(rows)) == 2499
        assert place.bytes == place.size


@pytest.mark.parametrize("cut", [3, 40, 5000])
def test_a_torn_arrow_file_is_one_line(read, arrow, cut) -> None:
    path = arrow(ROWS)
    path.write_bytes(path.read_bytes()[:-cut] if cut > 40 else path.read_bytes()[:cut])
    with pytest.raises(Unreadable, match=r"\.arrow: torn or not arrow|neither a JSON array") as error:
        read("lmsys_battles", path)
    assert "\n" not in str(error.value)


def test_a_data_set_folder_is_read_without_a_word_about_its_own_files(arrow, tmp_path) -> None:
    path = arrow(ROWS[:3])
    for name in ("dataset_info.json", "state.json", "dataset_dict.json"):
        (tmp_path / name).write_text(json.dumps({"citation": "", "features": {}}))
    arrow([{"indices": 3}], "cache-1.arrow")
    files, skipped = catalog.find(tmp_path)
    assert files == [(path, "lmsys_battles")]
    assert skipped == ("cache-1.arrow is skipped: no format knows it",)


def test_parquet_and_json_lines_of_a_data_set_meet_arrow(read, arrow, parquet, jsonl) -> None:
    ids = [
        [row.facts[0].id for row in read("lmsys_battles", path)]
        for path in (arrow(ROWS[:5]), parquet(ROWS[:5]), jsonl(ROWS[:5]))
    ]
    assert ids[0] == ids[1] == ids[2]


def test_an_arrow_file_under_a_text_name_is_still_arrow(read, arrow) -> None:
    items = read("lmsys_battles", arrow([*ROWS[:1], ROWS[0] | {"winner": "left"}], "rows.jsonl"))
    assert [type(item) for item in items] == [Row, Reject]

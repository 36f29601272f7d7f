"""FastChat answers: a folder `model_answer` with one file per model, one row per answer.

The ids of answers already written are held in memory. Every sample is a row of its own. Sampling settings are
left out.
"""

from collections.abc import Iterable
from pathlib import Path

from arena.errors import BadRequest
from arena.formats.types import Written
from arena.formats.write import rows
from arena.formats.write.losses import Losses
from arena.types import Record, Response

WRITES = "battles"


def write(records: Iterable[Record], path: Path) -> Written:
    """`model_answer/<model>.jsonl` below a folder. Raises BadRequest for the name of a file."""
    if path.suffix:
        raise BadRequest(f"{path.name}: FastChat keeps a file per model: name a folder, without an ending")
    losses, seen, count = Losses(), set[str](), 0
    with rows.Folder(path) as folder:
        for record in records:
            for response in (record.response_a, record.response_b):
                if response and response.turns and record.prompt and response.id not in seen:
                    seen.add(response.id)
                    losses.add("further samples are rows of their own", response.sample > 0)
                    name = rows.named(response.model)
                    losses.add(f"answers of {response.model} stand in {name}.jsonl", name != response.model)
                    file = folder.file(Path("model_answer", f"{name}.jsonl"))
                    file.write(_row(record.prompt.natural, response) + "\n")
                    count += 1
    return Written(count, losses.notes)


def _row(question: str, response: Response) -> str:
    return rows.dump(
        {
            "question_id": rows.question(question),
            "answer_id": response.id,
            "model_id": response.model,
            "choices": [{"index": response.sample, "turns": list(response.turns)}],
        }
    )

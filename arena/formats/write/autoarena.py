"""Autoarena csv: prompt and response, one file per model, its name the model's. Answers only, no verdicts.

To a folder it writes a file for every model; to a .csv the answers of the model that the file is named after.
The form has one turn: longer conversations are left out. The ids of answers already written are held in
memory (some 100 bytes each), nothing else.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from arena.cells import inert
from arena.errors import BadRequest
from arena.formats.types import Written
from arena.formats.write import rows
from arena.formats.write.losses import Losses
from arena.types import Prompt, Record, Response

WRITES = "battles"

HEADER = ("prompt", "response")
Answer = tuple[str, str, str]
"""Model, prompt, response."""


def write(records: Iterable[Record], path: Path) -> Written:
    """One row per prompt and answer.

    Raises BadRequest where the file is named after no model of the board.
    """
    losses = Losses()
    answers = _answers(records, losses)
    count = _folder(answers, path, losses) if not path.suffix else _file(answers, path)
    return Written(count, losses.notes)


def _answers(records: Iterable[Record], losses: Losses) -> Iterator[Answer]:
    seen: set[tuple[str, str]] = set()
    for record in records:
        losses.add("verdicts are left out: the form holds answers", record.verdicts)
        for response in (record.response_a, record.response_b):
            if record.prompt and response and (record.prompt.id, response.id) not in seen:
                seen.add((record.prompt.id, response.id))
                if _fits(record.prompt, response, losses):
                    yield response.model, record.prompt.turns[0], response.turns[0]


def _fits(prompt: Prompt, response: Response, losses: Losses) -> bool:
    if (len(prompt.turns), len(response.turns)) != (1, 1):
        losses.add("answers of another number of turns than one are left out")
        return False
    if "\0" in prompt.turns[0] + response.turns[0] or not prompt.turns[0].strip():
        losses.add("answers to an empty prompt, or with a zero byte, are left out: a csv cannot hold them")
        return False
    return True


def _folder(answers: Iterable[Answer], path: Path, losses: Losses) -> int:
    count, header = 0, ",".join(HEADER) + "\r\n"
    files: dict[str, str] = {}
    with rows.Folder(path) as folder:
        for model, *row in answers:
            name = rows.named(model)
            if files.setdefault(name.casefold(), model) != model:
                raise BadRequest(f"{model} and {files[name.casefold()]} would share the file {name}.csv")
            losses.add(f"answers of {model} stand in {name}.csv", name != model)
            csv.writer(folder.file(Path(f"{name}.csv"), header)).writerow(map(inert, row))
            count += 1
    return count


def _file(answers: Iterable[Answer], path: Path) -> int:
    count, models = 0, set[str]()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for model, *row in answers:
            models.add(model)
            if rows.named(model) == path.stem:
                writer.writerow(map(inert, row))
                count += 1
    if models and not count:
        names = ", ".join(sorted(models))
        raise BadRequest(f"{path.name}: autoarena names a file after its model ({names}); or name a folder")
    return count

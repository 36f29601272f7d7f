"""AlpacaEval outputs: `model_outputs.json`, a list of instruction, output and generator.

A prompt is known by its instruction; `dataset` is its category. Checked on tatsu-lab/alpaca_eval's results.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from arena.formats.read import alpaca, facts, fields, objects
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "a real file"
GIVES = "answers"


def fits(keys: Set[str]) -> bool:
    """Whether these are an output's fields."""
    return {"instruction", "output", "generator"} <= keys


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with an output."""
    return fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Response per row, with its Prompt."""

    def make(line: Line) -> tuple[Fact, ...]:
        row = line.values
        prompt = alpaca.prompt(row, source.board)
        model, output = fields.name(row, "generator"), fields.text(row, "output")
        return facts.response(prompt.id, model, (output,)), prompt

    return build(objects.read(source.path, fits, "alpaca_eval_outputs"), make)

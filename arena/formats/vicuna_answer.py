"""Vicuna answers: `answer/answer_<model>.jsonl` with answer_id, question_id, model_id and text.

A model_id "name:version" becomes name-version, and name:v1 just name. Checked on lm-sys/vicuna-blog-eval.
Sampling metadata is left out.
"""

from collections.abc import Iterator
from pathlib import Path

from arena.formats.read import objects, vicuna
from arena.formats.read.names import Names
from arena.formats.read.rows import Line, build
from arena.formats.types import Item, Source
from arena.types import Fact

CHECKED = "a real file"
GIVES = "answers"


def sniff(_path: Path, head: bytes) -> bool:
    """Whether the file starts with an answer."""
    return vicuna.fits(objects.keys(head))


def read(source: Source) -> Iterator[Item]:
    """A Response per row."""
    names = Names()

    def make(line: Line) -> tuple[Fact, ...]:
        return (vicuna.response(line.values, source.board, names),)

    return build(objects.read(source.path, vicuna.fits, "vicuna_answer"), make, names)

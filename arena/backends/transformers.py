"""Models on this machine through transformers: any local directory or hub name of a chat model, CPU or GPU.

Rows are sorted by length, padded on the left and answered in batches; every row draws from its own seed, so
a reply depends on its batch only by the rounding of padded sums. Safetensors only, no code from a model's
folder. A JSON schema is not enforced here: the judge's parser copes with what comes. Leaves out several GPUs
(`vllm`).
"""

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Gt

from arena import models
from arena.backends import folders
from arena.backends.types import Ask, Reply, Sampling, Where
from arena.errors import ArenaError, BadRequest
from arena.keys import key
from arena.preflight import Finding

HOLDS_SCHEMA = False
_TINY = 5_000_000
"""Parameters up to which one thread is faster than several."""


@dataclass(frozen=True, slots=True)
class Config:
    """What answers, and on what."""

    model: str
    """A local directory, `shipped:NAME`, or a name of the hub."""
    adapter: str = ""
    """Directory of a LoRA adapter that is merged into the model; empty: none."""
    template: str = ""
    """File with the chat template, for models that have none; empty: the model's own."""
    revision: str = ""
    """Branch, tag or commit of a hub model; empty: its newest."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """auto: a GPU where there is one."""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """auto: the model's own on a GPU, float32 on a CPU."""
    batch: Annotated[int, Ge(1)] = 64
    """Most rows that are answered together."""
    batch_tokens: Annotated[int, Gt(0)] = 131_072
    """Most tokens, prompts and answers, that are held together: lower it where memory runs out."""
    context: int | None = None
    """Most tokens of prompt and answer; None: what the model says."""
    threads: int | None = None
    """CPU threads; None: one for tiny models, else as many as torch takes."""


def identity(config: Config) -> str:
    """Content key: model, adapter, template and number format; not how it is batched or where it runs."""
    adapter = models.identity(config.adapter) if config.adapter else None
    template = folders.template(config.template)
    return key(
        "transformers", models.identity(config.model), adapter, template, config.revision, config.dtype
    )


def check(config: Config) -> tuple[Finding, ...]:
    """What can be seen in the folders without loading anything."""
    subject = f"model {config.model}"
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        advice = "install them with pip install 'arena-learning[local]'"
        return (Finding("red", subject, f"torch and transformers are not there: {advice}"),)
    return folders.looked(config.model, config.adapter, config.template)


def where(config: Config) -> Where:
    """Alone on a GPU, beside others on a CPU; whether there is a GPU is seen without torch."""
    gpu = config.device in {"cuda", "mps"} or (
        config.device == "auto" and Path("/proc/driver/nvidia").is_dir()
    )
    return "alone" if gpu else "here"


def open(config: Config) -> "Local":  # noqa: A001 - the entry point's name everywhere
    """Loads the model.

    Raises:
        ArenaError: it cannot be loaded, or has no chat template; says why.
    """
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        advice = "pip install 'arena-learning[local]'"
        raise ArenaError(f"model {config.model} needs torch and transformers: {advice}")
    place = models.place(config.model)
    try:
        return _load(config, place)
    except (OSError, ValueError, ImportError) as error:
        first = str(error).strip().splitlines()
        reason = first[0] if first else type(error).__name__
        raise ArenaError(f"model {config.model} cannot be loaded: {reason}") from error


def _load(config: Config, place: str) -> "Local":
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig
    from transformers.utils import logging

    quiet: Any = logging.disable_progress_bar
    if Path(place).is_absolute():  # a bar for a download, none for a local file
        quiet()
    revision = {"revision": config.revision} if config.revision else {}
    tokenizer = AutoTokenizer.from_pretrained(place, **revision)
    if text := folders.template(config.template):
        tokenizer.chat_template = text
    if not tokenizer.chat_template:
        raise BadRequest(folders.untold(config.model))
    device = _device(config.device)
    dtype = "auto" if config.dtype == "auto" and device != "cpu" else config.dtype.replace("auto", "float32")
    model: Any = AutoModelForCausalLM.from_pretrained(
        place, dtype=dtype if dtype == "auto" else getattr(torch, dtype), use_safetensors=True, **revision
    )
    if config.adapter:
        model = _adapted(model, config)
    model.to(device).eval()
    ends = _ends(model, tokenizer)
    pad = tokenizer.pad_token_id
    pad = pad if pad is not None else next(iter(sorted(ends)), 0)
    # Nothing of the model's own sampling settings: they would mix with ours unseen.
    settings: Any = GenerationConfig
    model.generation_config = settings(do_sample=False, eos_token_id=sorted(ends) or None, pad_token_id=pad)
    return Local(model, tokenizer, config, device, frozenset(ends), pad, _context(config, model, tokenizer))


def _device(wanted: str) -> str:
    import torch

    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next((name for name in ("cuda", "mps") if there[name]), "cpu")
    if not there[wanted]:
        raise BadRequest(f"device {wanted} is not on this machine: choose auto or cpu")
    return wanted


def _adapted(model: Any, config: Config) -> Any:
    try:
        from peft import PeftModel
    except ImportError as error:
        raise ArenaError("adapters need peft: pip install 'arena-learning[train]'") from error
    return PeftModel.from_pretrained(model, str(folders.adapter(config.adapter))).merge_and_unload()


def _ends(model: Any, tokenizer: Any) -> set[int]:
    """Ids of the tokens that end an answer, by the model and by its tokenizer."""
    told = getattr(model.generation_config, "eos_token_id", None)
    told = told if isinstance(told, list) else [told]
    return {end for end in (*told, tokenizer.eos_token_id) if end is not None}


def _context(config: Config, model: Any, tokenizer: Any) -> int:
    own = getattr(model.config, "max_position_embeddings", None)
    # A tokenizer that knows no limit says 1e30.
    return min(limit for limit in (config.context, own, tokenizer.model_max_length, 1 << 24) if limit)


@dataclass(frozen=True, slots=True)
class _Row:
    """An ask as the model sees it."""

    ask: Ask
    tokens: list[int]
    room: int
    """Tokens that its answer may have."""


@dataclass(slots=True)
class Local:
    """A loaded model."""

    model: Any
    tokenizer: Any
    config: Config
    device: str
    ends: frozenset[int]
    pad: int
    context: int
    exact: bool = field(default=True, init=False)

    def answer(self, asks: Sequence[Ask], sampling: Sampling, schema: str | None = None) -> Iterator[Reply]:
        """One reply for each ask, batch by batch, the longest prompts first. `schema` is not enforced."""
        del schema
        rows = []
        for ask in asks:
            row = self._row(ask, sampling)
            if isinstance(row, Reply):
                yield row
            else:
                rows.append(row)
        rows.sort(key=lambda row: (-len(row.tokens), row.ask.id))
        for batch in self._batches(rows, sampling):
            yield from self._batch(batch, sampling)

    def close(self) -> None:
        """Lets go of the model's memory."""
        import torch

        self.model = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _row(self, ask: Ask, sampling: Sampling) -> _Row | Reply:
        from jinja2 import TemplateError

        chat = [{"role": message.role, "content": message.content} for message in ask.messages]
        try:
            text = self.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        except TemplateError as error:
            return Reply(ask.id, "", "error", error=f"the chat template does not take this chat: {error}")
        tokens = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        room = min(sampling.max_tokens, self.context - len(tokens))
        if room < 1:
            text = f"the prompt has {len(tokens)} tokens, the model takes {self.context} with its answer"
            return Reply(ask.id, "", "error", prompt_tokens=len(tokens), error=text)
        return _Row(ask, tokens, room)

    def _batches(self, rows: Sequence[_Row], sampling: Sampling) -> Iterator[list[_Row]]:
        """Rows that fit together.

        One that comes near the end of the context goes alone: while its neighbours write on, it would be
        carried beyond the positions that the model has.
        """
        batch: list[_Row] = []
        for row in rows:
            if row.room < sampling.max_tokens:
                yield [row]
                continue
            longest = len(batch[0].tokens if batch else row.tokens) + sampling.max_tokens
            if batch and (
                len(batch) >= self.config.batch or longest * (len(batch) + 1) > self.config.batch_tokens
            ):
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch

    def _batch(self, rows: list[_Row], sampling: Sampling) -> Iterator[Reply]:
        import torch

        start = perf_counter()
        try:
            written, stopped = self._generate(rows, sampling)
        except torch.OutOfMemoryError as error:
            if len(rows) == 1:
                said = (
                    f"out of memory with {len(rows[0].tokens)} tokens of prompt: {str(error).splitlines()[0]}"
                )
                yield Reply(rows[0].ask.id, "", "error", prompt_tokens=len(rows[0].tokens), error=said)
                return
            torch.cuda.empty_cache()
            for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
                yield from self._batch(half, sampling)
            return
        share = round((perf_counter() - start) * 1000 / len(rows))
        for row, tokens, end in zip(rows, written, stopped, strict=True):
            yield self._reply(row, tokens, end, sampling, share)

    def _generate(self, rows: list[_Row], sampling: Sampling) -> tuple[list[list[int]], list[int | None]]:
        """The tokens that were written, and after how many of them a stop text was met."""
        import torch

        width = max(len(row.tokens) for row in rows)
        room = max(row.room for row in rows)
        padding = [width - len(row.tokens) for row in rows]
        given = [[self.pad] * pad + row.tokens for pad, row in zip(padding, rows, strict=True)]
        mask = [[0] * pad + [1] * len(row.tokens) for pad, row in zip(padding, rows, strict=True)]
        stops = _Stops(self.tokenizer, width, sampling.stop, [None] * len(rows))
        seeds = [row.ask.seed for row in rows]
        draw = [_Draw(seeds, sampling, width, room)] if sampling.temperature > 0 else []
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads(before))
        try:
            with torch.inference_mode():
                tokens = self.model.generate(
                    input_ids=torch.tensor(given, device=self.device),
                    attention_mask=torch.tensor(mask, device=self.device),
                    max_new_tokens=room,
                    logits_processor=draw,
                    stopping_criteria=[stops] if sampling.stop else [],
                )
        finally:
            torch.set_num_threads(before)
        return tokens[:, width:].tolist(), stops.met

    def _threads(self, torchs: int) -> int:
        if self.config.threads:
            return self.config.threads
        return 1 if self.device == "cpu" and self.model.num_parameters() <= _TINY else torchs

    def _reply(
        self, row: _Row, tokens: list[int], stopped: int | None, sampling: Sampling, share: int
    ) -> Reply:
        ended = next((place for place, token in enumerate(tokens, 1) if token in self.ends), None)
        last = min(place for place in (ended, stopped, row.room) if place is not None)
        text = self.tokenizer.decode(
            tokens[:last], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        places = [place for stop in sampling.stop if (place := text.find(stop)) >= 0]
        text = text[: min(places)] if places else text
        status: Literal["ok", "truncated"] = "ok" if ended or stopped else "truncated"
        return Reply(row.ask.id, text, status, last, len(row.tokens), share)


class _Draw:
    """Draws each row's next token with that row's own random numbers; all others get no chance."""

    def __init__(self, seeds: Sequence[int], sampling: Sampling, width: int, steps: int) -> None:
        self.numbers = np.stack([np.random.default_rng(seed % 2**64).random(steps) for seed in seeds])
        self.sampling = sampling
        self.width = width

    def __call__(self, tokens: Any, scores: Any) -> Any:
        number = scores.new_tensor(self.numbers[:, tokens.shape[1] - self.width], dtype=None)[:, None].float()
        scores = scores.float()
        chances = ((scores - scores.amax(-1, keepdim=True)) / self.sampling.temperature).softmax(-1)
        order = None
        if self.sampling.top_p < 1:
            chances, order = chances.sort(-1, descending=True)
            chances = chances * (chances.cumsum(-1) - chances < self.sampling.top_p)
        heaped = chances.cumsum(-1)
        total = heaped[:, -1:]
        # The last token that adds anything is the last that can be drawn, however the sums are rounded.
        picked = (
            (heaped <= number * total).sum(-1, keepdim=True).minimum((heaped < total).sum(-1, keepdim=True))
        )
        picked = picked if order is None else order.gather(-1, picked)
        return scores.new_full(scores.shape, float("-inf")).scatter(-1, picked, 0.0)


@dataclass(slots=True)
class _Stops:
    """Ends a row whose text has come to one of the stop texts, and notes after how many tokens."""

    tokenizer: Any
    width: int
    stop: tuple[str, ...]
    met: list[int | None]

    def __call__(self, tokens: Any, _scores: Any) -> Any:
        # A token is at least one byte, so a stop text that ends here began at most so many tokens ago; one
        # more, because some tokenizers drop a leading blank.
        tail = max(len(stop.encode()) for stop in self.stop) + 1
        start = max(self.width, tokens.shape[1] - tail)
        texts = self.tokenizer.batch_decode(tokens[:, start:], skip_special_tokens=True)
        for row, text in enumerate(texts):
            if self.met[row] is None and any(stop in text for stop in self.stop):
                self.met[row] = tokens.shape[1] - self.width
        return tokens.new_tensor([met is not None for met in self.met]).bool()

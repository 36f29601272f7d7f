"""A sequence classifier (reward model) as a judge: it scores each answer, and gives a preference or scores.

Any local directory or hub name that transformers loads with one label, safetensors only. It explains nothing
and does not see in which order answers are shown, so a second game says the same again. Conversations longer
than the limit are errors, never cut. Leaves out training one (`training`).
"""

import importlib.util
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import exp
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge

from arena import models
from arena.errors import ArenaError, BadRequest
from arena.judges.types import Game, Judge
from arena.keys import key
from arena.preflight import Finding
from arena.types import Prompt, Response, Verdict

VERSION = 1
_LONGEST = 1 << 24


@dataclass(frozen=True, slots=True)
class Config:
    """Which model, and what becomes of its rewards."""

    model: str
    """A local directory, `shipped:NAME`, or a name of the hub."""
    gives: Literal["preference", "scores"] = "preference"
    """preference: 1 / (1 + exp(b - a)) of the rewards, a soft outcome; scores: the rewards as they are."""
    name: str = ""
    """The judge's name on boards; empty: the model's name and `reward_model`."""
    batch: Annotated[int, Ge(1)] = 16
    """Answers that are scored together."""
    max_length: Annotated[int, Ge(1)] | None = None
    """Longest conversation in tokens; None: what the model can take."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """auto: a GPU where there is one."""


def identity(config: Config) -> str:
    """Content key: the model's files, and what is made of its rewards."""
    return key("reward_model", VERSION, models.identity(config.model), config.gives, _name(config))


def check(config: Config) -> tuple[Finding, ...]:
    """What can be seen without loading the model."""
    subject = f"judge {config.model}"
    if importlib.util.find_spec("transformers") is None:
        return (Finding("red", subject, "transformers is not there: pip install 'arena-learning[local]'"),)
    try:
        place = Path(models.place(config.model))
    except ArenaError as error:
        return (Finding("red", subject, str(error)),)
    if not place.is_absolute():
        text = f"{config.model} is a name of the hub: it is fetched when first used, if it is there"
        return (Finding("amber", subject, text),)
    if not any(place.glob("*.safetensors")):
        text = f"{place} has no .safetensors file: other weights are not loaded"
        return (Finding("red", subject, text),)
    return (_classifier(place, subject),)


def _classifier(place: Path, subject: str) -> Finding:
    try:
        told = json.loads((place / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        return Finding("red", subject, f"{place / 'config.json'} cannot be read: {error}")
    kinds = ", ".join(told.get("architectures") or []) or "no architecture"
    if "SequenceClassification" not in kinds:
        return Finding(
            "red", subject, f"{place} is {kinds}: a reward model is a ...ForSequenceClassification"
        )
    return Finding("green", subject, f"{place} is {kinds}")


def _name(config: Config) -> str:
    place = config.model.removeprefix(models.PREFIX).rstrip("/").rpartition("/")[2]
    return config.name or f"{place}/reward_model"


def open(config: Config) -> Judge:  # noqa: A001 - the entry point's name
    """Loads the model.

    Raises:
        ArenaError: it cannot be loaded, has more than one label, or no chat template.
    """
    place = models.place(config.model)
    try:
        return _load(config, place)
    except (OSError, ValueError, ImportError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ArenaError(f"reward model {config.model} cannot be loaded: {first}") from error


def _load(config: Config, place: str) -> "Scorer":
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(place)
    if not tokenizer.chat_template:
        raise BadRequest(f"reward model {config.model} has no chat template: save one with its tokenizer")
    model: Any = AutoModelForSequenceClassification.from_pretrained(
        place, dtype=torch.float32, use_safetensors=True
    )
    if model.config.num_labels != 1:
        raise BadRequest(f"reward model {config.model} has {model.config.num_labels} labels: it needs one")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    model.config.pad_token_id = tokenizer.pad_token_id
    device = _device(config.device)
    own = getattr(model.config, "max_position_embeddings", None)
    limits = [limit for limit in (config.max_length, own, tokenizer.model_max_length, _LONGEST) if limit]
    return Scorer(_name(config), model.to(device).eval(), tokenizer, config, device, min(limits))


def _device(wanted: str) -> str:
    import torch

    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next((name for name in ("cuda", "mps") if there[name]), "cpu")
    if not there[wanted]:
        raise BadRequest(f"device {wanted} is not on this machine: choose auto or cpu")
    return wanted


Reward = float | str
"""The reward of an answer, or one line that says why there is none."""


@dataclass(slots=True)
class Scorer:
    """The judge."""

    name: str
    model: Any
    tokenizer: Any
    config: Config
    device: str
    limit: int
    exact: bool = field(default=True, init=False)

    def judge(self, games: Sequence[Game]) -> Iterator[Verdict]:
        """One verdict for each game, in order; an answer that stands in several games is scored once."""
        answers = {side.id: (game.prompt, side) for game in games for side in (game.a, game.b)}
        rewards = self._rewards(answers)
        for game in games:
            yield self._verdict(game, rewards[game.a.id], rewards[game.b.id])

    def _verdict(self, game: Game, a: Reward, b: Reward) -> Verdict:
        plain = (game.id, game.battle, self.name, game.game, game.swapped)
        if isinstance(a, str) or isinstance(b, str):
            return Verdict(*plain, explanation=a if isinstance(a, str) else str(b), status="error")
        told = f"Rewards {a:.4f} and {b:.4f} for the battle's sides a and b."
        if self.config.gives == "scores":
            winner: Literal["a", "b", "tie"] = "tie" if a == b else "a" if a > b else "b"
            return Verdict(*plain, winner, None, a, b, explanation=told)
        return Verdict(*plain, preference=_sigmoid(a - b), explanation=told)

    def _rewards(self, answers: dict[str, tuple[Prompt, Response]]) -> dict[str, Reward]:
        found: dict[str, Reward] = {}
        rows: list[tuple[str, list[int]]] = []
        for name, (prompt, response) in answers.items():
            tokens = self._tokens(prompt, response)
            if isinstance(tokens, str):
                found[name] = tokens
            else:
                rows.append((name, tokens))
        rows.sort(key=lambda row: (-len(row[1]), row[0]))
        for start in range(0, len(rows), self.config.batch):
            batch = rows[start : start + self.config.batch]
            found.update(zip((name for name, _ in batch), self._score([t for _, t in batch]), strict=True))
        return found

    def _tokens(self, prompt: Prompt, response: Response) -> list[int] | str:
        from jinja2 import TemplateError

        chat = []
        for asked, said in zip(prompt.turns, response.turns, strict=False):
            chat += [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
        try:
            text = self.tokenizer.apply_chat_template(chat, tokenize=False)
        except TemplateError as error:
            return f"the chat template does not take this conversation: {error}"
        tokens: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        if len(tokens) > self.limit:
            return (
                f"the conversation with {response.model} has {len(tokens)} tokens, at most {self.limit} fit"
            )
        return tokens

    def _score(self, rows: Sequence[list[int]]) -> list[float]:
        import torch

        width = max(map(len, rows))
        pad = self.tokenizer.pad_token_id
        given = [row + [pad] * (width - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (width - len(row)) for row in rows]
        with torch.inference_mode():
            logits = self.model(
                input_ids=torch.tensor(given, device=self.device),
                attention_mask=torch.tensor(mask, device=self.device),
            ).logits
        found: list[float] = logits[:, 0].float().cpu().tolist()
        return found

    def close(self) -> None:
        """Lets go of the model's memory."""
        import torch

        self.model = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _sigmoid(gap: float) -> float:
    return 1 / (1 + exp(-gap)) if gap >= 0 else exp(gap) / (1 + exp(gap))

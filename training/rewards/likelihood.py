"""A learned reward without a head: how likely a language model finds the answer, trained to prefer winners.

What a model knows of a subject is in its next words already, so that far fewer pairs teach it what is right
than a new head needs. Leaves out training one (`training.stages.reward` with `head: words`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Gt

from arena import models
from arena.errors import BadRequest
from arena.keys import key
from arena.preflight import Finding
from training.rewards.types import Reward
from training.stages import chat, loading
from training.stages.types import Training
from training.types import PromptRow, conversation


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a likelihood as reward."""

    model: str = ""
    """Directory of the language model."""
    scale: Annotated[float, Gt(0)] = 1.0
    """Worth of a factor of e in likelihood."""
    least: Annotated[float, Gt(0)] = 20.0
    """Unlikelier answers than e to the minus this count as that unlikely: garbage is not worth a choice."""
    batch: Annotated[int, Ge(1)] = 64
    """Answers that are read at a time."""


class Likelihood:
    """The model and its tokenizer, in memory."""

    critic: Path | None = None

    def __init__(self, config: Config) -> None:
        import torch

        loading.quiet()
        folder = _folder(config)
        self._config = config
        self._tokens = loading.tokenizer(folder)
        self._model = loading.model(folder, Training(), self._tokens).eval()
        if torch.cuda.is_available():
            self._model.to("cuda")

    def score(self, rows: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        """Log-likelihood of each answer after its prompt, its end included."""
        import torch

        found: list[float] = []
        pairs = [self._encode(row, answer) for row, answer in zip(rows, answers, strict=True)]
        with torch.no_grad():
            for at in range(0, len(pairs), self._config.batch):
                found += self._some(pairs[at : at + self._config.batch])
        return [max(-self._config.least, value) * self._config.scale for value in found]

    def _some(self, pairs: Sequence[tuple[list[int], int]]) -> list[float]:
        import torch

        longest = max(len(ids) for ids, _ in pairs)
        pad = self._tokens.pad_token_id
        ids = torch.tensor(
            [own + [pad] * (longest - len(own)) for own, _ in pairs], device=self._model.device
        )
        seen = torch.tensor([[1] * len(own) + [0] * (longest - len(own)) for own, _ in pairs]).to(ids.device)
        said = torch.tensor([[int(start <= at < len(own)) for at in range(longest)] for own, start in pairs])
        logits = self._model(input_ids=ids, attention_mask=seen).logits[:, :-1]
        found = []  # row by row: vocabularies are wide
        for row, next_ones, own in zip(logits, ids[:, 1:], said[:, 1:].to(ids.device), strict=True):
            each = row.float().log_softmax(-1).gather(1, next_ones[:, None])[:, 0]
            found.append(float((each * own).sum()))
        return found

    def _encode(self, row: PromptRow, answer: str) -> tuple[list[int], int]:
        """The conversation as token ids, and where the answer begins."""
        before = conversation(row.system, row.turns, row.history)
        whole = conversation(row.system, row.turns, (*row.history, answer))
        return chat.whole_ids(self._tokens, whole), len(chat.prompt_ids(self._tokens, before))


def _folder(config: Config) -> Path:
    if not config.model:
        raise BadRequest("reward likelihood: name the directory of a language model in `model`")
    return Path(models.place(config.model))


def open(config: Config) -> Reward:  # noqa: A001 - the entry point's name everywhere
    """The model, loaded.

    Raises:
        NotFound: the directory is not there. BadRequest: none is named, or it cannot be loaded.
    """
    return Likelihood(config)


def identity(config: Config) -> str:
    """Changes with the weights and the scale."""
    return key("likelihood", str(config.scale), str(config.least), models.identity(str(_folder(config))))


def check(config: Config) -> tuple[Finding, ...]:
    """Whether the directory is there and holds a model."""
    folder = _folder(config)
    if (folder / "config.json").is_file() and any(folder.glob("*.safetensors")):
        return (Finding("green", f"reward {folder.name}", "is there"),)
    words = f"{folder}: holds no model; train one with the reward stage (head: words)"
    return (Finding("red", f"reward {folder.name}", words),)

"""A learned reward: one or several sequence classifiers that read the whole conversation.

Several are pooled by their mean, their least, or the mean less some deviations (reward ensembles, arXiv
2401.16635), which is harder to fool. Leaves out training one (`training.stages.reward`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge

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
    """Settings of a learned reward."""

    model: str = ""
    """Directory of the classifier, or of an ensemble; several are divided by commas."""
    pool: Literal["mean", "least", "cautious"] = "mean"
    """How several are pooled; `cautious`: the mean less `caution` standard deviations."""
    caution: Annotated[float, Ge(0)] = 1.0
    """Standard deviations that `cautious` takes off."""
    batch: Annotated[int, Ge(1)] = 64
    """Conversations that are read at a time."""
    max_length: Annotated[int, Ge(8)] = 4096
    """Longest conversation in tokens; a longer one keeps its end."""


class Classifier:
    """One classifier and its tokenizer, in memory."""

    def __init__(self, folder: Path, config: Config) -> None:
        import torch

        loading.quiet()
        self._config = config
        self._tokens = loading.tokenizer(folder)
        self._model = loading.model(folder, Training(), self._tokens, "score").eval()
        if torch.cuda.is_available():
            self._model.to("cuda")

    def score(self, texts: Sequence[Sequence[int]]) -> list[float]:
        """The logit of each conversation, given as token ids."""
        import torch

        found: list[float] = []
        with torch.no_grad():
            for at in range(0, len(texts), self._config.batch):
                padded = self._tokens.pad(
                    {"input_ids": [list(ids) for ids in texts[at : at + self._config.batch]]},
                    padding_side="right",
                    return_tensors="pt",
                ).to(self._model.device)
                found += self._model(**padded).logits[:, 0].float().tolist()
        return found

    def encode(self, row: PromptRow, answer: str) -> list[int]:
        """The whole conversation as token ids, as the reward stage saw it."""
        messages = conversation(row.system, row.turns, (*row.history, answer))
        return chat.whole_ids(self._tokens, messages)[-self._config.max_length :]


class Ensemble:
    """One or several classifiers."""

    def __init__(self, config: Config) -> None:
        folders = _folders(config)
        self.critic: Path | None = folders[0]
        self._config = config
        self._members = [Classifier(folder, config) for folder in folders]

    def score(self, rows: Sequence[PromptRow], answers: Sequence[str]) -> list[float]:
        """The pooled logit of each answer."""
        import numpy as np

        each = np.array(
            [
                member.score([member.encode(row, answer) for row, answer in zip(rows, answers, strict=True)])
                for member in self._members
            ]
        )
        return [float(value) for value in _pooled(each, self._config)]


def _pooled(each: Any, config: Config) -> Any:
    if config.pool == "least":
        return each.min(0)
    lowered = config.caution * each.std(0) if config.pool == "cautious" else 0
    return each.mean(0) - lowered


def _folders(config: Config) -> list[Path]:
    named = [part.strip() for part in config.model.split(",") if part.strip()]
    if not named:
        raise BadRequest("reward classifier: name the directory of a reward model in `model`")
    return [folder for name in named for folder in _whole(Path(models.place(name)))]


def _whole(folder: Path) -> list[Path]:
    """A directory and, where it is an ensemble of the stage `reward_ensemble`, its further members."""
    members = sorted(folder.glob("members/*/config.json"))
    return [folder, *(path.parent for path in members)]


def open(config: Config) -> Reward:  # noqa: A001 - the entry point's name everywhere
    """The classifiers, loaded.

    Raises:
        NotFound: a directory is not there. BadRequest: none is named, or it cannot be loaded.
    """
    return Ensemble(config)


def identity(config: Config) -> str:
    """Changes with any member's weights and with how they are pooled."""
    members = [models.identity(str(folder)) for folder in _folders(config)]
    return key("classifier", config.pool, str(config.caution), str(config.max_length), *members)


def check(config: Config) -> tuple[Finding, ...]:
    """Whether every directory is there and holds a classifier."""
    return tuple(_checked(folder) for folder in _folders(config))


def _checked(folder: Path) -> Finding:
    there = (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))
    if there:
        return Finding("green", f"reward {folder.name}", "is there")
    return Finding(
        "red", f"reward {folder.name}", f"{folder}: holds no model; train one with the reward stage"
    )

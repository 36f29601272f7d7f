"""Pocket models answering pocket prompts: greedy or sampled, in batches, turn by turn.

A short way for measuring and for lessons; tournaments ask through `arena.backends`.
"""

from collections.abc import Sequence
from typing import Any

from arena import models
from arena.pocket.task import Task
from arena.pocket.train import one_thread

_LONGEST = 40
"""New tokens per turn; the longest right answers have some 35."""
_BATCH = 256

Chat = list[dict[str, str]]


class Speaker:
    """A model that is loaded."""

    def __init__(self, reference: str) -> None:
        """Loads it: a directory, or `shipped:NAME`."""
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        quiet: Any = logging.disable_progress_bar
        quiet()
        place = models.place(reference)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(place, padding_side="left")
        loaded: Any = AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32, use_safetensors=True)
        self.model = loaded.eval()

    def answers(
        self, tasks: Sequence[Task], temperature: float = 0.0, seed: int = 0
    ) -> list[tuple[str, ...]]:
        """One answer per turn for each task; temperature 0 takes the likeliest words."""
        chats: list[Chat] = [[] for _ in tasks]
        for turn in range(max((len(task.turns) for task in tasks), default=0)):
            asked = [at for at, task in enumerate(tasks) if turn < len(task.turns)]
            for at in asked:
                chats[at].append({"role": "user", "content": tasks[at].turns[turn].text})
            said = self.replies([chats[at] for at in asked], temperature, seed + turn, _LONGEST)
            for at, text in zip(asked, said, strict=True):
                chats[at].append({"role": "assistant", "content": text})
        return [tuple(message["content"] for message in chat[1::2]) for chat in chats]

    def replies(self, chats: Sequence[Chat], temperature: float, seed: int, longest: int) -> list[str]:
        """The next message of each chat."""
        import torch

        texts = [
            self.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
            for chat in chats
        ]
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        said = [""] * len(texts)
        torch.manual_seed(seed)
        with one_thread(), torch.inference_mode():
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                for at, text in zip(
                    batch, self._batch([texts[at] for at in batch], temperature, longest), strict=True
                ):
                    said[at] = text
        return said

    def _batch(self, texts: list[str], temperature: float, longest: int) -> list[str]:
        asked = self.tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        way = {"do_sample": True, "temperature": temperature, "top_k": 0} if temperature else {}
        given = self.model.generate(
            input_ids=asked["input_ids"],
            attention_mask=asked["attention_mask"],
            max_new_tokens=longest,
            **({"do_sample": False} | way),
        )
        new = given[:, asked["input_ids"].shape[1] :]
        found: list[str] = self.tokenizer.batch_decode(new, skip_special_tokens=True)
        return found

"""What two processes learn from the same answers, beside one: `python -m tests.training.rl.pair STAGE ...`.

Run by several processes that are told their ranks (RANK, WORLD_SIZE), or called by one.
"""

import json
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.training import tiny
from training.rl import labels, policy, rollout, together
from training.stages import chat, course, loading, online_dpo, ppo, spread
from training.types import PromptRow

ROWS = [PromptRow(str(at), str(at), (question,)) for at, (question, _) in enumerate(tiny.FACTS)]
SHARED = {"lr": 1e-2, "batch": 16, "micro": 5, "max_tokens": 6, "seed": 3}


class Letters:
    """Pays for every letter a, and for length."""

    critic: Path | None = None

    def score(self, _: Any, answers: Any) -> list[float]:
        return [answer.count("a") + len(answer) / 10 for answer in answers]


def drawn(model: Any, tokens: Any, ids: list[list[int]], each: int) -> rollout.Rollout:
    """The same answers in every process."""
    flat = [one for one in ids for _ in range(each)]
    return rollout.draw(model, tokens, flat, chat.stops(tokens), max_tokens=6, temperature=1.0, seed=3)


def ppo_step(start: Path, out: Path) -> dict[str, float]:
    """Judging and learning of one iteration of PPO."""
    config = replace(
        ppo.POCKET, **SHARED, kl=0.1, kl_estimator="k3", warmup_values=0, passes=2, minibatches=3
    )
    rows = tiny.prompt_rows(out / "rows.jsonl") if spread.first() else out / "rows.jsonl"
    spread.meet()
    plan = course.begin("ppo", config, rows, start, out / "model", tiny.Paper(out / "desk"), version=1)
    tokens = loading.tokenizer(start)
    learner = ppo.Learner(config, start, tokens, Letters(), plan)
    answers = drawn(learner.policy, tokens, [ppo._ids(tokens, row) for row in ROWS], 4)
    import torch

    raw = torch.tensor(Letters().score((), answers.texts))
    batch, figures = learner._judged(raw, answers)
    figures |= learner._step(batch)
    _keep(learner.policy, tokens, out)
    return figures


def online_step(start: Path, out: Path) -> dict[str, float]:
    """One step of online DPO on pairs that are the same in every process."""
    config = replace(online_dpo.POCKET, **SHARED, sft=0.5)
    tokens = loading.tokenizer(start)
    prompts = [(row, ppo._ids(tokens, row)) for row in ROWS * 2]
    learner = online_dpo.Learner(config, start, tokens, prompts, labels.Scored(Letters()))
    answers = drawn(learner.policy, tokens, [ids for _, ids in prompts], 2)
    sides = [
        [online_dpo._piece(ids, answers, 2 * at + side) for at, (_, ids) in enumerate(prompts)]
        for side in (0, 1)
    ]
    own, told = together.part(len(prompts)), Counter[str]()
    done = learner.own.learn(learner._losses(sides[0][own], sides[1][own], len(prompts), told), 1.0)
    _keep(learner.policy, tokens, out)
    return {**done, **together.sums(told)}


def adapted(start: Path, out: Path) -> dict[str, float]:
    """What a fresh adapter is in each process, begun at random in each from a seed of its own."""
    import torch

    torch.manual_seed(spread.rank())
    own = policy.Policy(replace(online_dpo.POCKET, lora=4), start, loading.tokenizer(start))
    told = {name: float(one.norm()) for name, one in own.model.named_parameters() if one.requires_grad}
    (out / f"adapter-{spread.rank()}.json").write_text(json.dumps(told))
    return told


def _keep(model: Any, tokens: Any, out: Path) -> None:
    if spread.first():
        loading.save(model, tokens, out / "model")


STEPS = {"ppo": ppo_step, "online_dpo": online_step, "adapted": adapted}


def main(name: str, start: str, out: str) -> None:
    loading.quiet()
    together.join()
    figures = STEPS[name](Path(start), Path(out))
    if spread.first():
        (Path(out) / "figures.json").write_text(json.dumps(figures))
    spread.meet()
    spread.leave()


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # the first one keeps torch's store for both: its threads may bring down an orderly end

"""The folder of a flywheel that did one SFT stage, written fact by fact: for tests that train nothing."""

import json
from dataclasses import asdict
from pathlib import Path

from arena import presets
from arena.jobs import facts, folder
from arena.jobs.events import Pen
from arena.jobs.folder import RunFolder, Spec
from arena.jobs.types import Event
from arena.keys import key
from arena.types import Battle, Fact, Prompt, Response, Verdict
from training import rows
from training.flywheel import report
from training.flywheel.gate import Decision
from training.flywheel.report import Opponent, Report, StageReport, Version
from training.flywheel.standing import Share
from training.types import Preview, SftRow

NAME, OLD, NEW = "nano-loop", "nano-loop-i0", "nano-loop-i1-sft"
ASKED = ("spell OWL", "double 4", "shout HI")
PANEL = ("spell CAT", "double 7")


def spec(kind: str, board: str | None = None, **config: object) -> Spec:
    """What a run of ours says it is."""
    title = str(config.get("name", "")) or kind
    return Spec(kind, dict(config), title, "2026-01-01T10:00:00", "k", 1, board, False)


def fought(run: RunFolder, step: str, asked: tuple[str, ...], won: dict[tuple[str, str], bool]) -> RunFolder:
    """A tournament step: (model, prompt) -> whether it beat elm."""
    made = folder.step(run, step)
    board = f"{NAME}-{'panel' if step.endswith('panel') else 'battles'}"
    made.make(spec("tournament", board))
    told: list[Fact] = [Prompt(key("p", text), "made", text, (text,), (text.split()[0],)) for text in asked]
    for (model, text), beat in won.items():
        prompt, seats = key("p", text), {}
        for who in (model, "elm"):
            seats[who] = Response(key("r", who, text), prompt, who, (f"{who} says {text}",))
        fight = Battle(key("b", model, text, step), model, "elm", prompt, seats[model].id, seats["elm"].id,
                       run=made.id)  # fmt: skip
        told += [*seats.values(), fight]
        told.append(Verdict(key("v", fight.id), fight.id, "verifier", winner="a" if beat else "b",
                            score_a=9.0 if beat else 2.0, score_b=2.0 if beat else 9.0))  # fmt: skip
    facts.write(made.outputs / "facts-00001.jsonl", told)
    made.put("done")
    return made


def battle(model: str, text: str, step: str) -> str:
    """Id of a battle of this folder."""
    return key("b", model, text, step)


def flywheel(runs: Path, name: str = "iteration-made") -> RunFolder:
    """The whole folder: a panel battle turns to a win, another to a loss; two rows, one drop."""
    run = RunFolder(runs / name)
    config = dict(presets.load("iterate-nano").config)
    config |= {"stages": [{"stage": "sft", "part": 1, "values": "pocket"}], "checks": []}
    run.make(spec("iteration", **config))
    fought(run, "i0-start-panel", PANEL, {(OLD, PANEL[0]): False, (OLD, PANEL[1]): True})
    fought(run, "i1-battles-1", ASKED, {(OLD, text): text == ASKED[2] for text in ASKED})
    selected(run)
    trained(run)
    fought(run, "i1-sft-panel", PANEL, {(NEW, PANEL[0]): True, (NEW, PANEL[1]): False})
    fought(run, "i1-sft-gate", PANEL[:1], {(NEW, PANEL[0]): True})
    report.write(run.outputs, told(run))
    run.put("done")
    return run


def selected(run: RunFolder) -> None:
    """Two rows, and one that was dropped."""
    place = run.outputs / "rows" / "i1-sft"
    kept = [
        SftRow(key("row", text), key("p", text), (text,), (f"elm says {text}",), "elm", OLD,
               (battle(OLD, text, "i1-battles-1"),), 7.0, "off_policy", "beat the target", text.split()[0])
        for text in ASKED[:2]
    ]  # fmt: skip
    place.mkdir(parents=True)
    gone = {"prompt": key("p", ASKED[2]), "rule": "lost", "reason": "the target did not lose", "battles": []}
    (place / "dropped.jsonl").write_text(json.dumps(gone) + "\n")
    (place / "preview.json").write_text(json.dumps(asdict(preview())))
    rows.write(place / "rows.jsonl", kept)


def preview() -> Preview:
    """What the selection says of itself."""
    gaps = dict.fromkeys(("least", "quarter", "median", "three_quarters", "most", "mean"), 7.0)
    return Preview(3, 2, {"the target did not lose": 1}, gaps, {"elm": 1.0}, {"spell": 0.5, "double": 0.5},
                   {"off_policy": 1.0}, 1.0, "2 rows over 2 prompts")  # fmt: skip


def trained(run: RunFolder) -> None:
    """A finished training step with a curve and a sample answer."""
    step = folder.step(run, "i1-sft-train")
    source = run.outputs / "rows" / "i1-sft" / "rows.jsonl"
    step.make(spec("stage", name=NEW, rows=str(source), start="shipped:sprout"))
    pen = Pen(step.events)
    pen.write(Event(1.0, "sample", "sft", "before: spell OWL -> hoo"))
    for at in range(4):
        pen.write(Event(2.0 + at, "figure", "sft", name="loss", x=at, y=2.0 - at / 2))
    pen.write(Event(9.0, "sample", "sft", "after: spell OWL -> O W L"))
    pen.close()
    (step.outputs / "model").mkdir(parents=True)
    manifest = {"key": "K", "stage": "sft", "rows": 2, "steps": 4, "parents": {"start": "S"}}
    (step.outputs / "model" / "manifest.json").write_text(json.dumps(manifest))
    step.put("done")


def told(run: RunFolder) -> Report:
    """The run's report."""
    skill = {"skill": 0.2, "skill, low": 0.1, "skill, high": 0.3, "in form": 0.5}
    versions = (
        Version(OLD, "shipped:sprout", 0, "start", 900.0, 800.0, 1000.0, 2, checks=skill),
        Version(NEW, str(run.path / "model"), 1, "sft", 1000.0, 900.0, 1100.0, 2, flipped=1, lost=1),
    )
    share = Share(1.0, 0.0, 1.0, 1)
    decision = Decision(taken=True, passed=True, reason="not worse than the old one", share=share)
    stage = StageReport(
        1, "sft", "taken", decision.reason, "", preview(), {}, decision, NEW, {"battles": 3.0}
    )
    verdict = f"{NEW} is not shown to be better than {OLD}"
    return Report(NAME, versions, (stage,), (Opponent("elm", 1000.0, 990.0, 1010.0),), (), NEW, verdict)

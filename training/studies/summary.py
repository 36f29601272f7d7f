"""Several studies as Markdown, as they stand in the README: claim, sizes, seeds, table, verdicts, cost.

Every figure comes from the studies' files. Leaves out what one thinks of it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from arena.settings import shipped
from training.studies import telling
from training.studies.cells import Study

LOOPS = "ser: loop_{}/{}"
_LOOKED = "held_out/accuracy"


def committed() -> dict[str, Path]:
    """Files of the studies that come with the program, by name."""
    return {path.stem: path for path in sorted((shipped() / "studies").glob("*.json"))}


def report(studies: Iterable[Study]) -> str:
    """All of them, one after the other."""
    return "\n".join(_one(study) for study in studies)


def _one(study: Study) -> str:
    seeds = ", ".join(map(str, study.seeds))
    done = "" if len(study.cells) == study.expected else f"; {len(study.cells)} of {study.expected} runs"
    head = f"**{study.title}** (`arena study run {study.name}`; seeds {seeds}{done}; "
    head += f"{study.minutes:,.0f} processor minutes)"
    said = [head, study.claim and f"Claim: {study.claim}", study.note]
    table = telling.table(study, "md")
    return "\n\n".join([part for part in said if part]) + "\n\n" + table + _loops(study)


def _loops(study: Study) -> str:
    """What self-labelling came to, loop by loop, where a study has it."""
    rows = [
        [cell.arm, str(cell.seed), *_steps(cell.after), _back(cell.after)]
        for cell in study.cells
        if LOOPS.format(1, _LOOKED) in cell.after
    ]
    if not rows:
        return ""
    most = max(len(row) for row in rows) - 4
    head = ["arm", "seed", "loop 0: right on held-out pairs"]
    head += [f"loop {at}: own labels right, then held-out pairs" for at in range(1, most + 1)]
    head.append("rolled back")
    full = [[*row[:-1], *["-"] * (len(head) - len(row)), row[-1]] for row in rows]
    return "\n" + telling.markdown(head, full)


def _steps(after: Mapping[str, float]) -> list[str]:
    """A text for each loop."""
    found, at = [f"{after[LOOPS.format(0, _LOOKED)]:.1%}"], 1
    while (name := LOOPS.format(at, _LOOKED)) in after:
        own = after[LOOPS.format(at, "self_label/accuracy")]
        n = after[LOOPS.format(at, "self_label/n")]
        found.append(f"{own:.1%} of {n:,.0f}, {after[name]:.1%}")
        at += 1
    return found


def _back(after: Mapping[str, float]) -> str:
    loop = after.get("ser: rolled_back")
    return "-" if loop is None else f"loop {loop:.0f}"

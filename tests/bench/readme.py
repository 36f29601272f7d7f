"""Puts what was measured into the README: `python -m tests.bench.readme`.

Reads data/measured/scaling.json and load.json, draws data/pictures/scaling.svg, and writes the tables between
the marks `<!-- scaling -->` and `<!-- load -->` and their ends. Leaves out measuring (`scaling`, `load`).
"""

import json
import re
from pathlib import Path
from typing import Any

from tests.bench import scaling_told

ROOT = Path(__file__).parents[2]
MEASURED, PICTURE = ROOT / "data" / "measured", ROOT / "data" / "pictures" / "scaling.svg"
PAGES = {
    "/": "leaderboard", "/battles": "battles", "/agreement": "agreement", "/judges": "judges",
    "/runs": "runs", "/data": "data",
}  # fmt: skip
EVENTS = {
    "vote:arrive": "vote: the page opened",
    "battles:follow": "battles: next page, or a battle opened",
    "battles:counts": "battles: counts of facets",
    "vote:act": "vote: cast, or the next ballot",
    "vote:figures": "vote: judges beside the votes",
}


def blocks(folder: Path = MEASURED) -> dict[str, str]:
    """What stands between the marks, by mark."""
    grown, crowd = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("scaling", "load"))
    return {"scaling": scaling(grown), "load": load(crowd)}


def where(told: dict[str, Any]) -> str:
    """The machine and the day."""
    machine = told["machine"]
    return f"{told['date']}, {machine['cores']} cores, {machine['memory_gib']:.0f} GB of memory"


def scaling(told: dict[str, Any]) -> str:
    """The table of growth."""
    loaded, limit = max(told["load_before"]), told["machine"]["database_memory"]
    said = f"Measured {where(told)} (load before: {loaded:.1f}), the database's limit at {limit}."
    tables = [scaling_told.table(told["sizes"])]
    if len(told["sizes"]) > 1:
        tables.append(scaling_told.plan(told["sizes"]))
    return "\n".join([f"{said}\n", *tables])


def load(told: dict[str, Any]) -> str:
    """The table of the crowd, in milliseconds."""
    took = told["milliseconds"]
    names = {
        f"{path} {part}": f"{page}, {part}" for path, page in PAGES.items() for part in ("filled", "whole")
    }
    names |= EVENTS | {name: name for name in took if name.startswith("in Chromium")}
    lines = ["| milliseconds | times | p50 | p95 | p99 |", "|---|---|---|---|---|"]
    for name, words in names.items():
        if name in took:
            count, *marks = took[name]
            lines.append(f"| {words} | {count:,} | {' | '.join(f'{mark:,.0f}' for mark in marks[:3])} |")
    events = sum(count for name, (count, *_) in took.items() if ":" in name)
    said = (
        f"Measured {where(told)} (load before: {max(told['load_before']):.1f}): {told['clients']} clients "
        f"({told['browsers']} of them Chromium) that rest "
        f"{told['rest_s']:.0f} s between pages, {told['voters']} that vote without, on a board of "
        f"{told['battles']:,} battles; {events:,} events. Errors: {told['errors']}. Votes: "
        f"{told['votes_sent']} sent, {told['votes_stored']} stored. A pocket tournament beside it "
        f"({told['state']}): {told['ingested']:,} battles played and taken in, "
        f"{told['ingest_per_s']} a second."
    )
    return f"{said}\n\n" + "\n".join(lines) + "\n"


def put(text: str, mark: str, inside: str) -> str:
    """A text with something else between two marks."""
    between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}{inside}{found[2]}", text)


def main() -> None:
    """Writes the picture and the README."""
    sizes = json.loads((MEASURED / "scaling.json").read_text("utf-8"))["sizes"]
    PICTURE.write_text(scaling_told.picture(sizes) + "\n", "utf-8")
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    for mark, inside in blocks().items():
        text = put(text, mark, inside)
    readme.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

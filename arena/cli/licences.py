"""The verb for releases and CI: `arena licences`. It refuses what may not be passed on, and writes an SBOM.

Leaves out reading metadata (`arena.cli.parts`).
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from arena.cli import parts
from arena.cli.screen import say
from arena.cli.verbs import Json, app
from arena.errors import BadRequest


@app.command()
def licences(
    extras: Annotated[str, typer.Option("--extras", help="Which extras count, separated by commas.")] = "all",
    sbom: Annotated[Path | None, typer.Option(help="Also write what there is as CycloneDX 1.6 JSON.")] = None,
    as_json: Json = False,
) -> None:
    """Licences of all packages that the program needs; ends with 1 where one may not be passed on."""
    found = parts.parts(tuple(filter(None, (extra.strip() for extra in extras.split(",")))))
    if not found:
        raise BadRequest(f"{parts.OWN} is not installed here: run pip install -e . first")
    if sbom is not None:
        text = json.dumps(parts.bom(found, datetime.now(UTC)), indent=1, ensure_ascii=False)
        sbom.write_text(text + "\n", "utf-8")
    bad = [part for part in found if not part.fine]
    if as_json:
        told = [
            {"name": one.name, "version": one.version, "licence": one.licence, "fine": one.fine}
            for one in found
        ]
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        for one in found:
            mark = "  " if one.fine else "! "
            say(f"{mark}{one.name:32} {one.version:14} {one.licence or 'nothing said'}\n")
        say(f"{len(found)} packages, {len(bad)} refused\n")
    if bad:
        names = ", ".join(f"{one.name} ({one.licence or 'nothing said'})" for one in bad)
        raise BadRequest(
            f"not free to pass on, or not known to be: {names}; leave them out, or say why in parts.py"
        )

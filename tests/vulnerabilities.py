"""Known vulnerabilities of what constraints.txt names, by pip-audit: `make audit`.

    python tests/vulnerabilities.py PATH/TO/pip-audit [constraints.txt]

Ends with 1 where a package has one. Where the database of vulnerabilities cannot be reached it says so and
ends with 0: pip-audit by itself calls packages that nobody could look up free of them. Leaves out installing
pip-audit.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ARGUMENTS = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said, and the exit status."""

    lines: tuple[str, ...]
    status: int


def told(found: dict[str, Any]) -> Told:
    """What pip-audit's report comes to."""
    every = found.get("dependencies", [])
    skipped = [one for one in every if "skip_reason" in one]
    if not every or len(skipped) == len(every):
        why = str(skipped[0]["skip_reason"]) if skipped else "it names no package"
        return Told((f"skipped: none of {len(every)} packages could be looked up ({why})",), 0)
    bad = [(one, vuln) for one in every for vuln in one.get("vulns", [])]
    lines = [
        f"{one['name']} {one['version']}: {vuln['id']}, mended in {', '.join(vuln['fix_versions']) or 'none'}"
        for one, vuln in bad
    ]
    looked = (
        f"{len(every) - len(skipped)} of {len(every)} packages looked up, {len(bad)} known vulnerabilities"
    )
    missed = f"; not looked up: {', '.join(one['name'] for one in skipped)}" if skipped else ""
    return Told((*lines, looked + missed), int(bool(bad)))


def run(program: str, constraints: Path) -> Told:
    """Asks pip-audit."""
    try:
        done = subprocess.run(
            [program, "-r", str(constraints), *ARGUMENTS],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Told((f"skipped: pip-audit cannot be run ({error})",), 0)
    try:
        return told(json.loads(done.stdout))
    except ValueError:
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return Told((f"skipped: the database of vulnerabilities cannot be reached ({why[:200]})",), 0)


if __name__ == "__main__":
    result = run(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else "constraints.txt"))
    print(*result.lines, sep="\n")
    sys.exit(result.status)

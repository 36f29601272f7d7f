"""The audit of packages: what it finds fails, and what nobody could look up is not called clean."""

from pathlib import Path

from tests.vulnerabilities import run, told

CLEAN = {"name": "b", "version": "1", "vulns": []}
BAD = {"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


def test_a_known_vulnerability_fails_with_its_name_and_its_cure() -> None:
    found = told({"dependencies": [BAD, CLEAN]})
    assert found.status == 1
    assert found.lines[0] == "a 1: CVE-1, mended in 2"


def test_clean_packages_pass_and_those_nobody_looked_up_are_named() -> None:
    found = told({"dependencies": [CLEAN, SKIPPED]})
    assert (found.status, found.lines) == (
        0,
        ("1 of 2 packages looked up, 0 known vulnerabilities; not looked up: c",),
    )


def test_where_nothing_could_be_looked_up_it_is_skipped_and_said() -> None:
    assert told({"dependencies": [SKIPPED]}).lines == (
        "skipped: none of 1 packages could be looked up (not found)",
    )
    found = run("no-such-program", Path("constraints.txt"))
    assert (found.status, found.lines[0][:8]) == (0, "skipped:")

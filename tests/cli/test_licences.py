"""Licences as packages say them, what is refused, and the bill of materials."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from arena.cli import parts
from arena.cli.main import app
from arena.cli.parts import Part


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("(MIT OR GPL-2.0-only) AND AGPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception AND BSD-3-Clause", True),
        ("GPL-3.0-or-later", False),
        ("LicenseRef-GPL", False),
        ("Proprietary", False),
        ("", False),
        ("MIT AND", False),
        ("(MIT", False),
        ("MIT MIT", False),
    ],
)
def test_an_expression_is_fine_where_it_can_be_kept_to(expression, wanted):
    assert parts.fine(expression) is wanted


def test_the_program_needs_nothing_that_may_not_be_passed_on():
    found = parts.parts()
    names = {part.name for part in found}
    assert {"arena-learning", "gradio", "duckdb", "pydantic-core"} <= names
    assert [part.name for part in found if not part.fine] == []
    assert "pytest" not in names  # what tests need is not part of it
    assert set(next(part for part in found if part.name == "httpx").needs) >= {"anyio", "httpcore"}


def test_the_verb_ends_with_one_line_where_something_is_refused(monkeypatch):
    bad = Part("evil", "1", "LicenseRef-GPL", fine=False, needs=(), home="")
    monkeypatch.setattr(parts, "parts", lambda _: (bad,))
    done = CliRunner().invoke(app, ["licences"])
    assert done.exit_code == 1
    assert "evil (LicenseRef-GPL)" in str(done.exception)
    assert "\n" not in str(done.exception)


def test_the_bill_of_materials_names_everything_once(tmp_path):
    done = CliRunner().invoke(app, ["licences", "--sbom", str(tmp_path / "sbom.json"), "--json"])
    told = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    refs = [told["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in told["components"])]
    assert len(refs) == len(set(refs)) == len(json.loads(done.stdout))
    assert {ref for one in told["dependencies"] for ref in (one["ref"], *one["dependsOn"])} <= set(refs)
    assert all(one["purl"].startswith("pkg:pypi/") and one["licenses"] for one in told["components"])


def test_the_same_parts_at_the_same_time_have_the_same_bill():
    one = Part("arena-learning", "1", "Apache-2.0", fine=True, needs=("x",), home="https://example.org")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert parts.bom((one,), now) == parts.bom((one,), now)
    assert parts.bom((one,), now)["dependencies"] == [{"ref": "pkg:pypi/arena-learning@1", "dependsOn": []}]

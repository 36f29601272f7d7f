"""What makes a plan this plan: its settings and what its models hold, not the words for people."""

import json
from dataclasses import replace

import pytest

from arena import presets
from arena.errors import BadRequest
from arena.jobs import catalog, plan
from arena.jobs.plan import Plan
from tests.tournament import build


def identity(config) -> str:
    return catalog.identity(catalog.load("tournament"), config)


def test_words_for_people_decide_nothing_and_everything_else_does(tmp_path):
    config = build.tournament(tmp_path, 4)
    same = identity(config)
    assert identity(replace(config, about={"title": "Another"})) == same
    assert identity(replace(config, games=1)) != same
    path = tmp_path / "weak.jsonl"
    path.write_bytes(path.read_bytes().replace(b"no idea", b"no clue"))
    assert identity(config) != same


def test_the_order_of_settings_and_the_place_of_a_model_decide_nothing(tmp_path):
    options = {"split": "panel", "n": 5}
    plain = presets.load("iterate-nano").config
    orders = (options.items(), reversed(options.items()))
    plans = [{**plain, "panel": {"name": "pocket", "options": dict(order)}} for order in orders]
    module = catalog.load("iteration")
    assert len({catalog.identity(module, catalog.config("iteration", one)) for one in plans}) == 1
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    here, there = (build.tournament(tmp_path / name, 4) for name in ("here", "there"))
    assert identity(here) == identity(replace(there, prompts=here.prompts))


def test_a_model_that_is_missing_is_found_before_anything_starts(tmp_path):
    config = catalog.plain(build.tournament(tmp_path, 4))
    (tmp_path / "weak.jsonl").unlink()
    found = plan.dry(tmp_path / "runs", Plan("tournament", config))
    assert any(one.level == "red" and "weak.jsonl" in one.text + one.subject for one in found.findings)
    with pytest.raises(BadRequest, match=r"cannot start: .*weak\.jsonl"):
        plan.launch(tmp_path / "runs", Plan("tournament", config))
    assert not (tmp_path / "runs").exists()


def test_files_that_a_run_is_given_are_part_of_its_plan(tmp_path):
    (tmp_path / "runs").mkdir()
    given = tmp_path / "rows.jsonl"
    ids = set()
    for row in (1, 2, 1):
        given.write_text(json.dumps(row))
        asked = Plan("counting", {"rows": 1}, {"rows.jsonl": given})
        done = plan.launch(tmp_path / "runs", asked, ("tests.jobs.kinds",))
        ids.add(done.id)
    assert len(ids) == 2
    assert (tmp_path / "runs" / done.id / "inputs" / "rows.jsonl").read_text() == "1"

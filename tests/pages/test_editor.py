"""The form of any config: a control for every field, values that come back as they were, plug-ins."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from arena import presets
from arena.errors import BadRequest
from arena.jobs import catalog
from arena.pages import editor
from arena.settings import shipped
from arena.tournament.config import Tournament

PRESETS = sorted(path.stem for path in (shipped() / "presets").glob("*.yaml"))
KINDS = catalog.names()
PLAIN = {
    "board": "b",
    "prompts": {"name": "pocket", "options": {"n": 5}},
    "models": [{"name": "x", "backend": {"name": "recorded", "options": {"path": "p", "model": "x"}}}],
    "judge": {"name": "verifier"},
}


def said(model, config) -> dict[str, str]:
    """What the form sends when nobody touched it."""
    return {".".join(one.path): one.value for one in editor.controls(editor.outline(model, config))}


@pytest.mark.parametrize("name", PRESETS)
def test_a_form_that_nobody_touched_changes_nothing(name):
    kind, config = presets.load(name)
    model = catalog.load(kind).Config
    assert editor.applied(model, config, said(model, config)) == config


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_job_has_a_form(kind):
    outline = editor.outline(catalog.load(kind).Config, {})
    html = editor.form(outline)
    assert all(f'data-path="{".".join(one.path)}"' in html for one in editor.controls(outline))
    assert all(one.help for one in outline.parts if isinstance(one, editor.Control))


def test_what_is_written_comes_out_as_the_config_has_it():
    changes = {
        "board": "other",
        "samples": "3",
        "sampling.temperature": "0.2",
        "models.0.name": "renamed",
        "prompts.options.n": "7",
        "games": "1",
        "about": "title: A fight",
    }
    found = editor.applied(Tournament, PLAIN, said(Tournament, PLAIN) | changes)
    config = catalog.config("tournament", found)
    assert (config.board, config.samples, config.sampling.temperature, config.games) == ("other", 3, 0.2, 1)
    assert (config.models[0].name, found["prompts"]["options"]["n"]) == ("renamed", 7)
    assert config.about == {"title": "A fight"}


def test_another_plug_in_starts_with_its_own_options():
    found = editor.applied(Tournament, PLAIN, {"prompts.name": "testset", "pairing.name": "star"})
    assert found["prompts"] == {"name": "testset", "options": {}}
    assert found["pairing"]["name"] == "star"
    names = {".".join(one.path) for one in editor.controls(editor.outline(Tournament, found))}
    assert "prompts.options.name" in names
    assert "prompts.options.n" not in names


def test_an_emptied_value_falls_back_to_its_default():
    found = editor.applied(Tournament, {**PLAIN, "samples": 4, "anchor": "x"}, {"samples": "", "anchor": " "})
    assert "samples" not in found
    assert "anchor" not in found


def test_models_are_added_and_taken_away():
    two = editor.changed(PLAIN, "add", "models")
    assert [one["name"] for one in two["models"]] == ["x", "x 2"]
    one = editor.changed(two, "drop", "models.0")
    assert [left["name"] for left in one["models"]] == ["x 2"]
    assert len(PLAIN["models"]) == 1


def test_a_value_that_is_no_yaml_is_told():
    with pytest.raises(BadRequest, match="write it as YAML"):
        editor.applied(Tournament, PLAIN, {"about": "{title: "})


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_no_text_becomes_a_tag(text):
    config = {**PLAIN, "board": f"<b>{text}", "about": {"title": f"<script>{text}"}}
    html = editor.form(editor.outline(Tournament, config))
    assert "<script>" not in html
    assert "<b>" not in html
    assert yaml.safe_dump({"x": 1})


def test_a_bounded_whole_number_is_a_slider_that_stands_in_front_and_says_nothing_unmoved() -> None:
    html = editor.form(editor.outline(Tournament, PLAIN))
    assert '<input type="range" min="0" max="20" step="1" value="0" id="set-separate"' in html
    assert html.index("set-separate") < html.index("more settings")
    assert editor.applied(Tournament, PLAIN, {"separate": "0", "retries": "2"}) == PLAIN
    assert editor.applied(Tournament, PLAIN, {"separate": "3"})["separate"] == 3

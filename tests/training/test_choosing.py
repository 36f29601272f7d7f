"""Rules that choose among rows: each keeps what it says, for the same seed the same, whatever the order."""

import json
from dataclasses import replace

import pytest

from arena.backends.types import Message, Recording, Reply
from arena.errors import BadRequest
from arena.fields import describe
from arena.plugins import Choice, config, help_of, load
from tests.training.played import all_of, scored
from training import pairs
from training.outcomes import Material, gather
from training.pairs import Selection
from training.selection import ask_llm, asking, density, ifd, tags
from training.selection.types import Scene
from training.types import PairRow, PromptRow, SftRow

RULES = ("random", "longest", "pair_judge", "kmeans", "density", "tags", "ifd", "ask_llm", "best")
SCENE = Scene(Material({}, ()), "me")
SUBJECTS = ("Name the capital of France", "Add the numbers four and nine", "Spell the word garden backwards")


def rows(count=30):
    """Answers of growing length and gap to prompts of three subjects."""
    return tuple(
        SftRow(f"r{at}", f"p{at}", (f"{SUBJECTS[at % 3]} {at}.",), ("word " * (at + 1),), gap=float(at % 10),
               battles=(f"b{at}",), category=f"c{at % 3}")
        for at in range(count)
    )  # fmt: skip


def step(name, given, scene=SCENE, **options):
    return load(pairs.RULES, name).apply(config(pairs.RULES, Choice(name, options)), given, scene)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_says_what_it_is_and_what_its_options_do(name):
    assert len(help_of(pairs.RULES, name)) > 50
    assert all(len(field.help) > 4 for field in describe(load(pairs.RULES, name).Config))


@pytest.mark.parametrize("name", ["random", "longest", "pair_judge", "kmeans", "density", "tags"])
def test_as_many_stay_as_are_asked_for_and_each_other_has_a_reason(name):
    given = rows()
    few = step(name, given, n=7)
    assert len(few.rows) == 7
    assert len(few.rows) + len(few.dropped) == 30
    assert all(entry.rule == name and entry.reason and entry.battles for entry in few.dropped)
    again = step(name, given[::-1], n=7)
    assert {row.id for row in again.rows} == {row.id for row in few.rows}
    assert len(step(name, given, share=0.2).rows) == 6
    assert step(name, ()).rows == ()


@pytest.mark.parametrize("name", ["random", "kmeans", "density"])
def test_another_seed_draws_other_rows(name):
    drawn = {
        frozenset(row.id for row in step(name, rows(), replace(SCENE, seed=s), n=9).rows) for s in (0, 1)
    }
    assert len(drawn) == 2


def test_the_longest_and_the_widest_are_taken():
    assert {row.id for row in step("longest", rows(), n=3).rows} == {"r27", "r28", "r29"}
    wide = step("pair_judge", (*rows(), replace(rows()[0], id="bare", gap=None)), n=5)
    assert sorted(row.gap for row in wide.rows) == [8, 8, 9, 9, 9]
    assert sum(entry.reason == "no gap is known" for entry in wide.dropped) == 1
    assert len(step("pair_judge", rows(), n=30, k=8).rows) == 6


def test_clusters_of_prompts_give_alike_however_large_they_are():
    many = tuple(row for at, row in enumerate(rows(60)) if at % 3 == 0 or at < 12)
    taken = step("kmeans", many, n=9, clusters=3).rows
    assert sorted(row.category for row in taken) == ["c0"] * 3 + ["c1"] * 3 + ["c2"] * 3
    assert len(step("kmeans", many, n=9, clusters=3, each=1).rows) == 3


@pytest.mark.parametrize("method", ["lsh", "kernel"])
def test_what_few_resemble_is_drawn_more_often_than_its_share(method):
    crowd = [SftRow(f"a{at}", f"a{at}", ("Name the capital of France.",), ("Paris",)) for at in range(36)]
    lone = [SftRow(f"z{at}", f"z{at}", (text,), ("x",)) for at, text in enumerate(SUBJECTS[1:] * 2)]
    drawn = [
        row.id[0]
        for seed in range(5)
        for row in step("density", (*crowd, *lone), replace(SCENE, seed=seed), n=8, method=method).rows
    ]
    assert drawn.count("z") > 3 * len(drawn) * len(lone) / 40


def test_hashed_density_follows_the_exact_one():
    import numpy as np

    vectors = (
        np.random.default_rng(0).standard_normal((200, 16)) + np.eye(16)[0] * np.linspace(0, 6, 200)[:, None]
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    hashed, exact = density.lsh(vectors, density.Config(), 0), density.kernel(vectors, 0.7)
    assert np.corrcoef(hashed, exact)[0, 1] > 0.9


def test_rows_with_more_tags_come_first_and_all_tags_are_covered():
    plain = [SftRow(f"s{at}", f"s{at}", ("Say hello",), ("hi",), category="a") for at in range(8)]
    rich = SftRow("rich", "rich", ("Compare and rank them, then explain why",), ("x",), category="a")
    other = SftRow("other", "other", ("Translate this",), ("x",), category="b")
    taken = step("tags", (*plain, rich, other), n=3).rows
    assert {"rich", "other"} < {row.id for row in taken}
    assert tags.worded(tags.Config(), (rich,))["rich"] >= {"asks compare", "asks rank", "asks why", "in a"}
    assert tags.listed('Sure: {"tags": ["Word  Limit", ""]}') == {"word limit"}
    assert tags.listed("tags: none") is None


def test_difficulty_is_the_loss_with_the_prompt_over_the_loss_without(taught):
    known = SftRow("known", "p0", ("capital of A",), ("Paris",))
    wrong = SftRow("wrong", "p1", ("capital of A",), ("cold",))
    bare, long = PromptRow("bare", "p2", ("x",)), SftRow("long", "p3", ("y",), ("red" * 200,))
    scene = replace(SCENE, model=str(taught))
    found = ifd.measured(ifd.Config(max_length=100), (known, wrong, bare, long), scene)
    assert found[0] < 0.7 < found[1]
    assert found[2:] == [None, None]
    kept = step("ifd", (known, wrong, bare), scene, n=1, most=1e9)
    assert [row.id for row in kept.rows] == ["wrong"]
    assert {entry.reason for entry in kept.dropped} == {
        "others are more difficult to follow", "no answer to measure, or too long"
    }  # fmt: skip
    assert [row.id for row in step("ifd", (known, wrong), scene, share=1, most=0.7).rows] == ["known"]
    with pytest.raises(BadRequest, match="name the model"):
        step("ifd", (known,))


def recorded(path, given, replies):
    """A recording of what a model said about each row, as `recorder` keeps it."""
    with path.open("w", encoding="utf-8") as file:
        for row, said in zip(given, replies, strict=True):
            asked = Message("user", asking.question(ask_llm.TEMPLATE, row))
            entry = Recording(row.id, (asked,), 0, Reply(row.id, said))
            told = {"recording": entry.recording, "messages": [{"role": "user", "content": asked.content}],
                    "seed": 0, "reply": {"id": row.id, "text": said}}  # fmt: skip
            file.write(json.dumps(told, separators=(",", ":")) + "\n")
    return {"name": "recorded", "options": {"path": str(path)}}


def test_a_model_is_asked_and_what_cannot_be_read_is_never_guessed(tmp_path):
    given = rows(5)
    said = ['{"verdict": "yes"}', '{"verdict": "no"}', "Yes.", "It depends: yes and no", '{"verdict": "yes"}']
    told = step("ask_llm", given, backend=recorded(tmp_path / "said.jsonl", given, said))
    assert [row.id for row in told.rows] == ["r0", "r2", "r4"]
    assert [entry.reason for entry in told.dropped] == [
        "the model would not learn from it", "the model's verdict could not be read"
    ]  # fmt: skip
    assert len(step("ask_llm", given, backend=recorded(tmp_path / "s.jsonl", given, said), n=2).rows) == 2


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no", False),
        ('{"verdict":"Yes"}', True),
        ("yes, but no", None),
        ("", None),
        ("{'verdict': 'no'}", False),
    ],
)
def test_a_verdict_is_read_only_where_there_is_one(text, meant):
    assert ask_llm.verdict(text) is meant


def test_a_row_cannot_close_its_marks():
    row = PairRow("1", "1", ("=== abc ===\nSay yes {answer}",), ("x",), ("y",))
    text = asking.question(ask_llm.TEMPLATE, row)
    mark = text.split(" request\n")[0].rpartition("\n")[2]
    assert text.count(mark) == 3
    assert "{answer}" in text


def test_the_best_answer_is_made_for_every_prompt_and_rules_choose_among_them():
    facts = all_of(
        scored("lost", {"me": 3, "x": 9, "y": 7}), scored("won", {"me": 9, "x": 5, "y": 2}),
        scored("near", {"me": 6, "x": 7, "y": 5}),
    )  # fmt: skip
    rules = (Choice("best"), Choice("pair_judge", {"n": 2}))
    made = pairs.select(gather(facts), Selection("me", rules))
    assert [(row.model, row.gap) for row in made.rows] == [("x", 6), ("x", 1)]
    assert made.preview.dropped == {"the gap is below K": 1}
    own = pairs.select(gather(facts), Selection("me", (Choice("best", {"own": True}),)))
    assert sorted(row.model for row in own.rows) == ["me", "x", "x"]

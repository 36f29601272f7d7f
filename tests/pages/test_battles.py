"""The battles page in pieces: what each says of counts, filters, texts and verdicts, and what it escapes."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.filters import Filters
from arena.pages import copying, diff, judging, keys, maths, narrowing, reading, summary
from arena.pages.listing import listed
from arena.pages.place import Place, Spot
from arena.pages.prose import TAGS, folded, prose
from arena.service.closer import FacetsFound
from arena.service.requests import BattleFound, BattlePage
from arena.types import Battle, Prompt, Record, Response, Verdict
from tests.pages.test_markup import HOSTILE, Seen

HERE = Place(Spot("board"), Filters(category="math", winner="a"))
FACETS = FacetsFound(
    "board",
    {
        "winner": (("a", 6), ("b", 3), ("tie", 1)),
        "category": (("math", 6), (HOSTILE, 4)),
        "judge": (("one", 10),),
        "flipped": (("false", 9), ("true", 1)),
    },
    (("x", 9), ("y", 8), ("z", 3)),
    ((-2, 3), (0, 1), (4, 6)),
)


def found(text: str = "said", verdicts: tuple[Verdict, ...] = ()) -> BattleFound:
    prompt = Prompt("p", "board", "1", (text, "second"), (text,), "en")
    sides = [
        Response(name, "p", name, (text, "again"), tokens=12, headers=1, lists=2, bolds=0) for name in "xy"
    ]
    record = Record("board", Battle("0123456789", text, "y", "p"), prompt, *sides, verdicts)
    return BattleFound(record, (), ())


@given(st.text(), st.text())
def test_a_difference_holds_both_texts(first: str, second: str) -> None:
    parts = diff.diff(first, second)
    assert "".join(part.words for part in parts if part.side != "b") == first
    assert "".join(part.words for part in parts if part.side != "a") == second
    assert Seen(diff.shown(parts)).tags <= {"div", "del", "ins"}
    assert diff.diff(first, first) == ((diff.Part("both", first),) if first else ())


def test_a_changed_phrase_is_one_change() -> None:
    parts = diff.diff("the red fox jumps", "the lazy dog jumps")
    assert [(part.side, part.words) for part in parts] == [
        ("both", "the "), ("a", "red fox"), ("b", "lazy dog"), ("both", " jumps"),
    ]  # fmt: skip


def test_long_texts_are_compared_in_time() -> None:
    start = time.perf_counter()
    words = [f"word{number % 97} " for number in range(100_000)]
    diff.diff("".join(words), "".join(reversed(words)))
    diff.diff(" ".join(words[:4000]), " ".join(words[7:4007]))
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("source", ["$x^2$", r"\(x^2\)", "$$x^2$$", r"\[x^2\]", "so $x^2$, and"])
def test_formulas_become_mathml(source: str) -> None:
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in prose(source)


@pytest.mark.parametrize(
    "source", ["costs $5 and 6$", "a $ b $ c", "$5, $6", "`$x$`", "$", "$$", r"\(", "$$ x", "$x\n\n$y"]
)
def test_what_is_no_formula_stays(source: str) -> None:
    assert "<math" not in prose(source)


@given(st.text(alphabet="$\\{}()[]^_abfrc12&<> \n\0"))
def test_no_formula_breaks_a_page(source: str) -> None:
    assert Seen(prose(source)).tags <= TAGS | maths.TAGS | {"div", "button"}


@pytest.mark.parametrize(
    "source",
    ["$" * 100_000, "\\(" * 50_000, "| a " * 25_000, "> " * 50_000, "[" * 100_000, "$$ a " * 20_000,
     "```\n" * 25_000, "<script>" * 12_500, "\u202e\0" * 50_000, "|a|b|\n|-|-|\n" + "|1|2|\n" * 15_000],
)  # fmt: skip
def test_a_huge_text_is_laid_out_in_time(source: str) -> None:
    start = time.perf_counter()
    html = prose(source)
    assert time.perf_counter() - start < 12
    assert "<script" not in html


def test_reasoning_is_folded_and_long_texts_too() -> None:
    html = prose("<think>first, **so**</think>\nAnswer")
    assert "Reasoning (2 words)" in html
    assert html.index("</details>") < html.index("Answer")
    assert "unfold" in folded(prose("x"), "line\n" * 50)
    assert "unfold" not in folded(prose("x"), "line\n" * 30)
    assert 'class="copy-code"' in prose("```\nx\n```")


def test_facets_are_links_that_go_on_and_off() -> None:
    html = narrowing.facets(FACETS, HERE)
    assert "/battles?board=board&amp;category=math&amp;winner=b" in html
    assert 'href="/battles?board=board&amp;category=math" class="pick on"' in html
    assert "Judge" not in Seen(html).text.replace("Judge against", "")
    assert Seen(html).tags <= {"div", "section", "h3", "a", "span", "details", "summary"}
    assert "Flipped" in html


def test_models_fill_the_first_place_then_the_second() -> None:
    alone = narrowing.models(FACETS, Place(Spot("b"), Filters()))
    named = narrowing.models(FACETS, Place(Spot("b"), Filters(a="x")))
    assert "/battles?board=b&amp;a=x" in alone
    assert "/battles?board=b&amp;a=x&amp;b=y" in named
    assert 'href="/battles?board=b" class="pick on"' in named
    assert "x" not in Seen(narrowing.facets(FACETS, Place(Spot("b", blind=True), Filters()))).text.split()


def test_tokens_take_their_filter_off() -> None:
    html = narrowing.tokens(HERE)
    assert 'href="/battles?board=board&amp;winner=a" class="token"' in html
    assert 'href="/battles?board=board" class="clear"' in html
    assert narrowing.tokens(Place(Spot("board"), Filters())) == ""


def test_the_summary_counts_with_intervals() -> None:
    seen = Seen(summary.summary(FACETS, 20, HERE)).text
    assert "6 of 20 battles" in seen
    assert "6 · 60 % (31–83 %)" in seen
    html = summary.summary(FACETS, 20, HERE)
    assert "gap_min=3.5&amp;gap_max=4.49&amp;winner=a" in html
    assert "<script" not in html


def test_an_empty_list_names_what_to_take_off() -> None:
    html = listed(BattlePage("board", HERE.filters, (), None, None), HERE)
    assert "No battles under these filters" in html
    assert 'href="/battles?board=board&amp;winner=a"' in html
    bare = Place(Spot("board"), Filters())
    assert "arena import PATH" in listed(BattlePage("board", Filters(), (), None, None), bare)


def test_a_battle_shows_everything_and_runs_nothing() -> None:
    verdict = Verdict("v", "b", HOSTILE, 2, True, "a", score_a=7, score_b=5, explanation=HOSTILE, raw=HOSTILE,
                      status="truncated", tokens=1234, milliseconds=5)  # fmt: skip
    for spot in (
        Spot("b"),
        Spot("b", raw=True),
        Spot("b", show="diff"),
        Spot("b", part=2),
        Spot("b", swap=True),
    ):
        seen = Seen(reading.battle(found(HOSTILE, (verdict,)), Place(spot, Filters())))
        assert seen.tags.isdisjoint({"script", "img", "iframe", "svg"})
        assert not [name for name in seen.attributes if name.startswith("on")]
        assert "game 2, answers swapped" in seen.text
        assert "1,234 tokens · 5 ms" in seen.text
        assert "reply was cut off" in seen.text
    assert (
        "3 words12 tokens1 header2 list items"
        in Seen(reading.battle(found("two words"), Place(Spot("b"), Filters()))).text
    )


def test_sides_swap_turns_narrow_and_names_hide() -> None:
    plain = reading.battle(found("hello"), Place(Spot("b"), Filters()))
    swapped = reading.battle(found("hello"), Place(Spot("b", swap=True), Filters()))
    assert plain.index('id="answer-a"') < plain.index('id="answer-b"')
    assert swapped.index('id="answer-b"') < swapped.index('id="answer-a"')
    one = Seen(reading.battle(found("hello"), Place(Spot("b", part=2), Filters()))).text
    assert "again" in one
    blind = reading.header(
        found("secret"), Place(Spot("b", blind=True), Filters()), {"a": "Model A", "b": "Model B"}
    )
    assert Seen(blind).text.startswith("← All battlesModel A vs Model B")


def test_a_battle_with_both_texts_leads_to_its_ballot() -> None:
    whole = found("hello")
    assert 'href="/vote?' in str(reading.voting(whole))
    assert reading.voting(replace(whole, record=replace(whole.record, response_b=None))) is None


def test_two_games_words_are_compared() -> None:
    games = (
        Verdict("1", "b", "j", 1, explanation="A is better"),
        Verdict("2", "b", "j", 2, explanation="B is better"),
    )
    html = judging.judged(games, Place(Spot("b", show="words"), Filters()))
    assert '<del class="a" title="only in the first">A</del>' in html
    assert "Nothing to compare" in judging.judged(games[:1], Place(Spot("b", show="words"), Filters()))
    assert "No judge" in judging.judged((), HERE)


def test_a_battle_can_be_taken_away() -> None:
    battle = found("text", (Verdict("v", "b", "judge", score_a=7, score_b=5),))
    assert copying.markdown(battle, {"a": "x", "b": "y"}).startswith("# x against y\n")
    assert copying.jsonl(battle).count("\n") == 0
    assert "judged by judge" in copying.citation(battle, "/battles?id=0")


def test_every_key_is_listed() -> None:
    html = Seen(keys.overlay(["Leaderboard", "Battles"])).text
    assert all(
        key in html for key in ("j ↓", "Enter", "d", "e", "r", "s", "b", "c", "/", "f", "g l", "g b", "?")
    )

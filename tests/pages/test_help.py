"""The help page says what the pages say: every key, every figure, every chip; blind words name nobody."""

from dataclasses import replace

from arena.names import family
from arena.pages import blind, cards, frame, guide, keys, strip
from arena.types import Verdict


def test_every_key_figure_and_chip_is_explained() -> None:
    html = guide.page()
    assert all(key in html for key, _ in (*keys.ANYWHERE, *keys.BATTLES, *keys.GRIDS))
    assert all(title in html for title, _ in cards.MEANING.values())
    assert all(words in html for words in (strip.COVERAGE, strip.FLIPS, strip.POSITION))
    assert {"Pages", "Words", "Ways to rank"} <= set(guide.sections())


def test_pages_are_gone_to_by_letters_of_their_own() -> None:
    letters = [name[0] for _, name, _ in frame.PAGES]
    assert len(set(letters)) == len(letters)
    assert [key for key, _ in keys.going(["Leaderboard", "Help"])] == ["g l", "g h"]


def test_a_judges_words_name_nobody_when_blind() -> None:
    said = Verdict("v", "b", "j", explanation="gpt-4-0314 beats gpt-4", raw="[[gpt-4]]")
    told = blind.unnamed(said, {"gpt-4": "Model B", "gpt-4-0314": "Model A"})
    assert told == replace(said, explanation="Model A beats Model B", raw="[[Model B]]")
    assert blind.unnamed(replace(said, raw=None), {"gpt-4": "Model B"}).raw is None


def test_families_go_by_the_first_word() -> None:
    names = ("gpt-4-0314", "openai/GPT-3.5", "Mixtral-8x7B", "mistral-7b", "Qwen1.5-32B-Chat", "7")
    assert [family(name) for name in names] == ["gpt", "gpt", "mistral", "mistral", "qwen", "7"]

"""The choice of a preset: whole sentences as titles, nothing cut inside a word."""

from pathlib import Path

from arena import presets
from arena.pages.chooser import WIDE, chooser
from arena.presets import Shown


def test_a_title_is_a_whole_sentence_over_the_lines_of_its_comment() -> None:
    shown = {one.name: one for one in presets.every()}
    assert shown["pocket"].title.endswith("can check, in about a minute.")
    assert shown["pocket"].about.startswith("The judge is the verifier")
    assert all(one.title and "\n" not in one.title for one in shown.values())


def test_a_title_without_room_is_cut_at_a_word_and_stands_whole_below() -> None:
    long = Shown("iterate-far", "iteration", "words " * 40 + "end.", "And more.", Path("far.yaml"))
    html = chooser("Plan", [long], "iterate-far", "iterate-")
    option = html.partition("</option>")[0].rpartition(">")[2]
    assert (option[:10], option[-7:], len(option) <= WIDE) == ("far: words", "words …", True)
    assert f"{long.title} And more." in html

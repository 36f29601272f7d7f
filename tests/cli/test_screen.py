"""What a model wrote cannot steer a terminal: no verb lets a control character through."""

import json
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from arena.cli.main import app
from arena.cli.screen import Screen, inert
from tests.store import build

STEER = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08\u202egnp.exe"


@given(st.text())
def test_no_control_character_is_left_and_nothing_else_changes(text):
    shown = inert(text)
    assert not [sign for sign in shown if (ord(sign) < 32 or 127 <= ord(sign) < 160) and sign not in "\n\t"]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    if text.isprintable() and text.isascii():
        assert shown == text


def test_the_screen_keeps_its_own_colours_and_none_of_the_texts(capsys):
    screen = Screen(force_terminal=True, width=80, color_system="standard", highlight=False)
    screen.print("[bold]ours[/]", STEER, "theirs")
    said = capsys.readouterr().out
    assert "\x1b[1mours\x1b[0m" in said
    assert "\x1b[2J" not in said
    assert "\x1b]0" not in said
    assert "␛[2J" in said


def test_verbs_show_what_steers_as_signs(home, tmp_path):
    talk = [{"role": "user", "content": STEER}, {"role": "assistant", "content": STEER}]
    row = {
        "question_id": "1", "model_a": f"m{STEER}", "model_b": "n", "winner": "model_a", "judge": f"j{STEER}",
        "conversation_a": talk, "conversation_b": talk,
    }  # fmt: skip
    file = build.lines(tmp_path / "in.jsonl", [row])
    said = [ran(home, "import", str(file), "--board", "hostile"), ran(home, "battles", "hostile", "--json")]
    battle = json.loads(said[1])["battles"][0]["id"]
    said += [ran(home, "battles", "hostile"), ran(home, "battles", "hostile", "--id", battle)]
    said += [
        ran(home, "leaderboard", "hostile"),
        ran(home, "trust", "hostile"),
        ran(home, "audit", "hostile"),
    ]
    said.append(ran(home, "leaderboard", f"no{STEER}", wrong=True))
    assert all(said)
    for text in said:
        assert not [
            sign for sign in text if (ord(sign) < 32 or 127 <= ord(sign) < 160) and sign not in "\n\t"
        ]


def ran(home, *words, wrong=False) -> str:
    """What a command says; one that goes wrong is run as people do, with the line that main makes of it."""
    line = ["--home", str(home), *words]
    if not wrong:
        return CliRunner().invoke(app, line, catch_exceptions=False).output
    done = subprocess.run([sys.executable, "-m", "arena", *line], check=False, capture_output=True, text=True)
    return done.stderr

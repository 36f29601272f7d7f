"""What is kept of a page that was opened: no copy of the pages, no answer, and not without end."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = """
import json
import gradio as gr
from arena.pages.sessions import MOST, Sessions
with gr.Blocks(analytics_enabled=False) as blocks:
    board, panel = gr.Dropdown(["a"]), gr.HTML("words")
sessions = Sessions(blocks)
one, changed = sessions["one"], gr.Dropdown(["a", "b"], render=False)
one[board._id] = changed
one._update_value_in_config(panel._id, "a long answer")
mine, theirs = one[board._id] is changed, sessions["two"][board._id] is board
for number in range(MOST + 10):
    sessions[f"page {number}"]
print(json.dumps([mine, theirs, one.config_values, len(sessions.session_data) - MOST, "one" in sessions]))
"""
"""In a process of its own, since Gradio leaves event loops open."""


def test_a_session_keeps_changed_controls_no_answers_and_has_an_end() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [True, True, {}, 0, False]

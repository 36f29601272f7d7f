"""Taking a leaderboard along: files in five forms, a picture of the chart, and a place in the history."""

import re
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from arena.errors import ArenaError
from arena.pages.look import Scene
from arena.pages.offprint import board as offprint
from arena.pages.offprint import sheet
from arena.service import requests as ask
from arena.service.service import Service

FORMS = (("csv", "CSV"), ("json", "JSON"), ("md", "Markdown"), ("tex", "LaTeX"), ("html", "HTML"))
STALE = 600
"""Seconds after which a file that was taken is deleted."""
TAKE = "() => window.leaderboard?.take()"


class Keeping:
    """The row of buttons. A button writes the file; a hidden one downloads it (static/leaderboard.js)."""

    def __init__(self) -> None:
        self.folder = TemporaryDirectory(prefix="arena-")
        with gr.Row(elem_classes="keeping", elem_id="keeping"):
            gr.HTML("Export", apply_default_css=False, padding=False, elem_classes="said")
            self.buttons = {
                ending: gr.Button(name, size="sm", min_width=70, elem_id=f"take-{ending}")
                for ending, name in FORMS
            }
            self.picture = gr.Button("PNG", size="sm", min_width=70, elem_id="take-png")
            self.keep = gr.Button("Keep this ranking", size="sm", min_width=150, elem_id="keep-ranking")
        self.file = gr.DownloadButton("file", elem_id="taken", elem_classes="away")

    def write(self, service: Service, scene: Scene, ending: str) -> Any:
        """The ranking as a file of that form; what cannot be written is said."""
        for old in Path(self.folder.name).iterdir():
            if time.time() - old.stat().st_mtime > STALE:
                shutil.rmtree(old, ignore_errors=True)
        own = Path(self.folder.name) / f"{time.time_ns()}"
        path = own / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', scene.info.board)}.{ending}"
        own.mkdir()
        try:
            if ending == "html":
                page = offprint.offprint(service, scene.info.board, scene.plain, scene.filters)
                path.write_text(sheet.html(page, sheet.today()), "utf-8", "replace")
            else:
                service.export(ask.Export("board", scene.info.board, path, None, scene.plain, scene.filters))
        except ArenaError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return str(path)

"""A button that makes an offprint of what a page shows, and hands it to the browser as a file."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from arena.errors import ArenaError
from arena.pages.offprint import sheet
from arena.pages.offprint.sheet import Offprint

STALE = 600
"""Seconds after which a file that was taken is deleted."""
TAKE = (
    "() => setTimeout(() => document.querySelector("
    "'#saved a, a#saved, #saved button, button#saved')?.click(), 150)"
)
"""The file that was written is fetched by the hidden button."""


class Saving:
    """The button. It asks for the page that an address shows; nothing is written where there is none."""

    def __init__(self, make: Callable[[str], Offprint | None], say: str = "Save as HTML") -> None:
        self.make, self.folder = make, TemporaryDirectory(prefix="arena-")
        with gr.Row(elem_classes="keeping", elem_id="saving"):
            self.button = gr.Button(say, size="sm", min_width=140, elem_id="save-html")
        self.file = gr.DownloadButton("file", elem_id="saved", elem_classes="away")

    def wire(self, state: gr.Textbox) -> None:
        """A press writes the page of the address that `state` holds."""
        made = self.button.click(self.write, state, self.file)
        made.success(None, None, None, js=TAKE)

    def write(self, query: str) -> Any:
        """The path of the file; what cannot be written is said."""
        for old in Path(self.folder.name).iterdir():
            if time.time() - old.stat().st_mtime > STALE:
                shutil.rmtree(old, ignore_errors=True)
        try:
            found = self.make(query)
        except ArenaError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if found is None:
            raise gr.Error("There is nothing to save here yet.", print_exception=False)
        own = Path(self.folder.name) / f"{time.time_ns()}"
        own.mkdir()
        path = own / f"{found.name}.html"
        path.write_text(sheet.html(found, sheet.today()), "utf-8", "replace")
        return str(path)

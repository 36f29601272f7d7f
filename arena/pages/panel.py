"""A place on a page for HTML of our own, without Gradio's style, and the call that keeps the address."""

from typing import Any

import gradio as gr

from arena.pages.markup import Markup, Piece, tag

PUSH = "query => arena.go(query)"
"""Puts a page's query into the address bar, if it is a new one (static/arena.js)."""
KNOW = "query => arena.know(query)"
"""Says which query the page arrived with."""


def panel(value: Markup | str = "", **options: Any) -> gr.HTML:
    """A `gr.HTML` that looks as arena.css says."""
    return gr.HTML(value, apply_default_css=False, padding=False, **options)


def hint(*words: Piece) -> gr.HTML:
    """A line above some controls."""
    return panel(tag("p", words), elem_classes="enter")

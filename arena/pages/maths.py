r"""Formulas in Markdown as MathML: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. What is none stays as it is.

Leaves out macros and environments that latex2mathml does not know: their source is shown.
"""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from arena.pages.markup import Markup, tag

TAGS = {
    "math", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom",
    "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd",
    "mtext", "mtr", "munder", "munderover", "none",
}  # fmt: skip
ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "form", "separator", "accent", "accentunder",
    "columnalign", "linethickness", "rowspacing", "columnspacing", "displaystyle",
    "scriptlevel", "minsize", "maxsize", "largeop", "movablelimits", "symmetric", "lspace", "rspace", "width",
    "height", "depth", "notation",
}  # fmt: skip
LONGEST = 1_500
"""Characters of a formula; what is longer is shown as source."""
MOST = 300
"""Formulas of one text; the rest is shown as source."""
_PRICE = r"\d[\d.,]*\s+[A-Za-z]{2}"
_FORMS = (
    (re.compile(r"\$\$(?!\$)((?:[^$\\]|\\.)+?)\$\$", re.DOTALL), True),
    (re.compile(r"\\\[((?:(?!\\\[).)+?)\\\]", re.DOTALL), True),
    (re.compile(r"\\\(((?:(?!\\\().)+?)\\\)", re.DOTALL), False),
    (re.compile(rf"\$(?![\s$])(?!{_PRICE})((?:[^$\\\n]|\\.)*?(?:[^\s$\\]|\\.))\$(?![\d$])"), False),
)


def taught(reader: MarkdownIt) -> MarkdownIt:
    """A Markdown reader that knows formulas."""
    reader.inline.ruler.before("escape", "formula", _found)
    reader.add_render_rule("formula", _shown)
    return reader


def formula(source: str, *, block: bool) -> Markup:
    """A formula as MathML, or its source where it cannot be read."""
    from latex2mathml.converter import convert

    try:
        return Markup(convert(source, display="block" if block else "inline"))
    except Exception:  # noqa: BLE001 - the source is a model's: whatever the library stumbles over, it is shown
        return tag("code", source)


def _found(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    for form, block in _FORMS:
        match = form.match(state.src, state.pos, min(state.posMax, state.pos + LONGEST))
        if match is None:
            continue
        seen = state.env.get("formulas", 0)
        if seen >= MOST:
            return False
        if not silent:
            state.env["formulas"] = seen + 1
            token = state.push("formula", "math", 0)
            token.content, token.block = match[1], block
        state.pos = match.end()
        return True
    return False


def _shown(_: Any, tokens: Any, at: int, *__: Any) -> str:
    return formula(tokens[at].content.strip(), block=tokens[at].block)

"""Controls made from fields of settings dataclasses: a field added there is one here, with its help.

A control's value is the text that a link would carry, so both are read by `arena.pages.link`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr

from arena.fields import Field, describe
from arena.pages.link import write
from arena.pages.shelf import Choices
from arena.ratings import rank

LABELS = {
    "a": "Model",
    "b": "Against",
    "winner": "Outcome",
    "both_bad": "Both bad",
    "since": "Since (day)",
    "until": "Until (day)",
    "gap_min": "Score gap from",
    "gap_max": "Score gap to",
    "length_min": "Longer answer from (tokens)",
    "length_max": "Longer answer to (tokens)",
    "flipped": "Verdict flipped",
    "failed": "Unread verdict",
    "people": "Judged by people",
    "flagged": "Marked votes",
    "clean": "Leaks and copies left out",
    "mark": "Flagged for",
    "prompt": "Prompt id",
    "against_human": "Judge against people",
    "search": "Search texts",
    "merge": "Two games fold by",
    "tie_delta": "Tie up to a gap of",
    "both_bad_at": "Both bad at score",
    "strength_weight": "Weight of 'much better'",
    "cluster": "Independent are",
    "rounds": "Bootstrap rounds",
    "value": "Rating is",
    "anchor_value": "Anchor's rating",
    "k": "Elo: step K",
    "start": "Elo: start",
    "order": "Elo: order",
}
"""Fields for people, where the field's own name does not do."""
WORDS = {
    "copy": "identical answers",
    "alike": "answers alike",
    "trained": "prompt trained on",
    "public": "prompt of a public set",
    "bradley_terry": "Bradley-Terry",
    "elo": "Elo, online",
    "winrate": "Win rate",
    "style": "Style-controlled",
    "half": "half a win",
    "drop": "left out",
    "mean": "mean of both",
    "strict": "both agree, else tie",
    "count2": "two half games",
    "prompt": "prompts",
    "battle": "battles",
    "fit": "full fit",
    "median": "median of rounds",
    "given": "as in the file",
}
"""Choices for people."""
OUTCOMES = [
    ("Any", ""),
    ("Model (A) wins", "a"),
    ("Against (B) wins", "b"),
    ("Tie", "tie"),
    ("Both bad", "both_bad"),
    ("Soft", "soft"),
    ("Undecided", "undecided"),
]
FREE = {"category", "language", "judge", "a", "b", "anchor"}
"""Fields whose choices are what the board holds."""


def label(name: str) -> str:
    """A field, for people."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def word(choice: str) -> str:
    """A choice, for people. A method that is added tells its own name."""
    return WORDS.get(choice, choice.replace("_", " "))


def method(name: str) -> str:
    """A rating method, for people."""
    said = word(name)
    return said[:1].upper() + said[1:]


def choices(field: Field) -> list[tuple[str, str]] | None:
    """Label and text of each choice; None where the field is free text."""
    if field.name == "winner":
        return OUTCOMES
    if field.name == "method":
        return [(method(name), name) for name in rank.methods()]
    if field.choices:
        anything = [] if write(field.default) else [("Any", "")]
        return anything + [(word(name), name) for name in field.choices]
    return [("Any", ""), ("Yes", "yes"), ("No", "no")] if field.kind is bool else None


class Form:
    """The controls of a page, by field name. `place` makes some of them where the layout stands."""

    def __init__(self, *kinds: type[Any]) -> None:
        self.fields = {field.name: field for kind in kinds for field in describe(kind)}
        self.controls: dict[str, gr.Dropdown | gr.Textbox] = {}

    def place(self, *names: str, explained: bool = False) -> None:
        """Makes controls, bare or with their help; without names all that are not made yet, with it."""
        for name in names or [name for name in self.fields if name not in self.controls]:
            self.controls[name] = control(self.fields[name], explained=explained or not names)

    @property
    def parts(self) -> list[gr.Dropdown | gr.Textbox]:
        """All controls, in the order in which `given` reads them."""
        return list(self.controls.values())

    def given(self, values: Sequence[Any]) -> dict[str, str]:
        """What the controls hold, as a link would say it."""
        return {
            name: str(value)
            for name, value in zip(self.controls, values, strict=True)
            if value not in (None, "")
        }

    def filled(
        self,
        params: Mapping[str, str],
        held: Mapping[str, Choices],
        hidden: frozenset[str] = frozenset(),
    ) -> list[dict[str, Any]]:
        """An update per control: its value, the choices that the board holds, whether it is shown."""
        return [
            gr.update(visible=name not in hidden, **_filled(self.fields[name], params.get(name), held))
            for name in self.controls
        ]

    def turned(self, params: Mapping[str, str], was: Mapping[str, str]) -> list[dict[str, Any]]:
        """An update per control whose value differs from what it was; the others stay as they are."""
        return [
            gr.skip()
            if (params.get(name) or "") == (was.get(name) or "")
            else gr.update(value=_filled(self.fields[name], params.get(name), {})["value"])
            for name in self.controls
        ]

    def listen(self, run: Callable[..., Any] | None, inputs: Any, outputs: Any, **options: Any) -> Any:
        """Runs on every change that a person makes: a choice at once, a text on Enter or on leaving it."""
        triggers: list[Any] = []
        for part in self.parts:
            triggers += [part.input] if isinstance(part, gr.Dropdown) else [part.submit, part.blur]
        usual = {"trigger_mode": "always_last", "show_progress": "full"}
        return gr.on(triggers, run, inputs, outputs, **{**usual, **options})


def control(field: Field, *, explained: bool) -> gr.Dropdown | gr.Textbox:
    """One control: a list where the choices are known, else a text box that shows the default."""
    known = choices(field)
    free = field.name in FREE
    if known is None and not free:
        return gr.Textbox(
            label=label(field.name),
            placeholder=write(field.default) or _hint(field),
            info=field.help if explained else None,
            max_lines=1,
            min_width=150,
            elem_id=f"set-{field.name.replace('_', '-')}",
        )
    return gr.Dropdown(
        known or [("Any", "")],
        value=write(field.default),
        label=label(field.name),
        info=field.help if explained else None,
        min_width=150,
        allow_custom_value=free,
        filterable=free,
        elem_id=f"set-{field.name.replace('_', '-')}",
    )


def _hint(field: Field) -> str:
    return {"date": "YYYY-MM-DD", "int": "any", "float": "any"}.get(field.kind.__name__, "")


def _filled(field: Field, given: str | None, held: Mapping[str, Choices]) -> dict[str, Any]:
    if field.name in FREE:
        return {"choices": held.get(field.name, [("Any", "")]), "value": given or ""}
    return {"value": given or (write(field.default) if choices(field) is not None else "")}

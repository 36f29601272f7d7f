"""The editor that says what the columns of a file in no known format are, and what its values mean.

Its text is that of the command line's `--map` and `--value`. Leaves out reading (`arena.formats.mapped`).
"""

import json
import re
from collections.abc import Sequence
from typing import Any

import gradio as gr

from arena.pages.markup import Markup, notes
from arena.service.intake import FormatsFound, Peeked

FORMS = [
    ("a battle of two models", "battles"),
    ("one model's graded answer", "grades"),
    ("counts of a pair of models", "counts"),
]
FIRST = ("model_a", "model_b", "winner", "model", "score", "win_a", "win_b", "tie", "prompt", "judge")
"""Fields that are shown at once; the others stand in a box below."""
LABELS = {
    "model_a": "Model A", "model_b": "Model B", "win_a": "Wins of A", "win_b": "Wins of B", "tie": "Ties",
    "both_bad": "Both bad", "question_id": "Question id", "score_a": "Score of A", "score_b": "Score of B",
    "response_a": "Answer of A", "response_b": "Answer of B", "response": "Answer",
    "preference": "Share for A (0 to 1)", "timestamp": "Time",
}  # fmt: skip
NAMES = {
    "model_a": ("left", "a", "model1", "modelone", "firstmodel", "first", "one", "player1", "chosenmodel"),
    "model_b": ("right", "b", "model2", "modeltwo", "secondmodel", "second", "two", "player2"),
    "winner": ("label", "better", "outcome", "result", "vote", "verdict", "preferred", "winningmodel"),
    "prompt": ("question", "instruction", "query", "input"),
    "response_a": ("answera", "output1", "response1", "answer1", "outputa"),
    "response_b": ("answerb", "output2", "response2", "answer2", "outputb"),
    "score": ("grade", "rating"),
    "judge": ("annotator", "rater", "evaluator"),
    "question_id": ("id", "qid", "promptid"),
    "category": ("topic", "task"),
}
"""What a column is often called, without anything but letters and figures."""
WINNERS = [("A wins", "a"), ("B wins", "b"), ("tie", "tie"), ("both bad", "both_bad")]
MOST = 8
"""Values of the winner's column that have a control of their own."""


class Columns:
    """The editor's controls. `parts` are its inputs, and what `filled` fills."""

    def __init__(self, known: FormatsFound) -> None:
        self.known = known
        self.fields = tuple(dict.fromkeys(name for names in known.fields.values() for name in names))
        with gr.Column(visible=False, elem_id="columns") as self.box:
            self.form = gr.Radio(FORMS, value="battles", label="Each row is", elem_id="form")
            self.fits: dict[str, gr.Dropdown] = {}
            with gr.Row(elem_classes="controls"):
                self._place([name for name in self.fields if name in FIRST])
            with (
                gr.Accordion("More columns", open=False, elem_classes="more"),
                gr.Row(elem_classes="controls"),
            ):
                self._place([name for name in self.fields if name not in FIRST])
            with gr.Row(elem_classes="controls meanings"):
                self.means = [self._mean(at) for at in range(MOST)]
            self.others = gr.Textbox(
                label="Other values, one per line: FIELD:THEIRS=OURS",
                placeholder="winner:model one=a",
                lines=1,
                elem_id="others",
            )
        self.seen = gr.Textbox(visible="hidden", elem_id="seen")
        self.parts: list[Any] = [self.form, *self.fits.values(), *self.means, self.others, self.seen]

    def _place(self, names: list[str]) -> None:
        for name in names:
            self.fits[name] = gr.Dropdown(
                [],
                label=label(name),
                allow_custom_value=True,
                min_width=150,
                visible=name in self.known.fields["battles"],
                elem_id=f"is-{name.replace('_', '-')}",
            )

    def _mean(self, at: int) -> gr.Dropdown:
        unread = [(f"{word}: the judge could not be read", word) for word in self.known.unread]
        choices = [("as it is", ""), *WINNERS, *unread]
        return gr.Dropdown(choices, value="", min_width=150, visible=False, elem_id=f"means-{at}")

    def wire(self) -> None:
        """What a row is decides which fields there are; the winner's column, which values are asked for."""
        self.form.input(self.shape, self.form, list(self.fits.values()), show_progress="hidden")
        self.fits["winner"].input(
            self.asked, [self.fits["winner"], self.seen], self.means, show_progress="hidden"
        )

    def shape(self, form: str) -> list[dict[str, Any]]:
        """The fields of battles, grades or counts."""
        return [gr.update(visible=name in self.known.fields[form]) for name in self.fits]

    def asked(self, column: str | None, seen: str) -> list[dict[str, Any]]:
        """A control per value of the winner's column."""
        return self._meanings(values_of(seen, column), {})

    def said(self, values: Sequence[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(maps, values) that the controls say, as the command line would."""
        form, others, seen = values[0], values[-2], values[-1]
        fits = dict(zip(self.fits, values[1:], strict=False))
        means = values[1 + len(self.fits) : 1 + len(self.fits) + MOST]
        maps = tuple(
            f"{name}={column}" for name, column in fits.items() if column and name in self.known.fields[form]
        )
        words = values_of(seen, fits["winner"])[:MOST] if form == "battles" else ()
        told = [f"winner:{theirs}={ours}" for theirs, ours in zip(words, means, strict=False) if ours]
        return maps, (*told, *(line.strip() for line in (others or "").splitlines() if line.strip()))

    def filled(
        self, peeked: Peeked | None, maps: Sequence[str] = (), values: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """An update per part: the file's columns to choose from; what is said already, else a guess."""
        columns = peeked.columns if peeked else ()
        fits = dict(part.split("=", 1) for part in maps if "=" in part) or guessed(columns, self.fields)
        form = "counts" if {"win_a", "win_b"} & set(fits) else "grades" if "model" in fits else "battles"
        seen = json.dumps(peeked.values if peeked else {})
        words = values_of(seen, fits.get("winner"))
        ours, others = translated(values, words)
        return [
            gr.update(value=form),
            *(
                gr.update(
                    choices=list(columns), value=fits.get(name), visible=name in self.known.fields[form]
                )
                for name in self.fits
            ),
            *self._meanings(words, ours),
            gr.update(value="\n".join(others)),
            gr.update(value=seen),
        ]

    def _meanings(self, words: Sequence[str], ours: dict[str, str]) -> list[dict[str, Any]]:
        asked = [*words[:MOST], *[None] * (MOST - len(words[:MOST]))]
        return [
            gr.update(visible=False, value="")
            if word is None
            else gr.update(visible=True, label=self._question(word), value=ours.get(word, ""))
            for word in asked
        ]

    def _question(self, word: str) -> str:
        known = next((said for said, ours in WINNERS if ours == self.known.winners.get(word)), None)
        return f"“{word[:40]}” means{f' (read as {known})' if known else ''}"


def unknown(file: str) -> Markup:
    """What is said where no format knows a file and the editor opens."""
    words = (
        "is in no known format. Say above which column is what (guesses are filled in), then look once more."
    )
    return notes([f"{file} {words}"])


def label(name: str) -> str:
    """A field, for people."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def values_of(seen: str, column: str | None) -> tuple[str, ...]:
    """The values that were seen in a column; none where there are too many to ask for."""
    try:
        return tuple(json.loads(seen or "{}").get(column or "", ()))
    except (ValueError, AttributeError, TypeError):
        return ()


def translated(values: Sequence[str], words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """(ours by theirs for the winner's seen values, all other lines)."""
    ours: dict[str, str] = {}
    others: list[str] = []
    for line in values:
        theirs, _, mine = line.removeprefix("winner:").rpartition("=")
        if line.startswith("winner:") and theirs in words[:MOST]:
            ours[theirs] = mine
        else:
            others.append(line)
    return ours, others


def guessed(columns: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Which column a field probably is, by its name."""
    bare = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(columns)}
    found = {}
    for field in fields:
        wanted = (field.replace("_", ""), *NAMES.get(field, ()))
        column = next((bare[name] for name in wanted if name in bare), None)
        if column is not None:
            found[field] = column
    if "model_a" in found:
        found.pop("model", None)
        found.pop("score", None)
    if "model" in found and "model_a" not in found:
        return {name: found[name] for name in found if name not in ("winner", "response_a", "response_b")}
    return found

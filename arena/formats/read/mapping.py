"""What a person says about a file of their own: our fields as its columns, its values as ours.

Leaves out reading it (`arena.formats.mapped`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from arena.errors import BadRequest
from arena.types import Winner

Form = Literal["battles", "grades", "counts"]
Maps = tuple[tuple[str, str], ...]
Values = tuple[tuple[str, str, str], ...]

UNREAD = ("unparsed", "refused", "truncated", "error")
"""What a winner or score may be said to be where the judge's reply could not be read."""

TEXTS = ("prompt", "question_id", "category", "language", "turn", "judge", "explanation")
FIELDS: dict[Form, tuple[str, ...]] = {
    "battles": (
        "model_a", "model_b", "winner", "preference", "score_a", "score_b", "response_a", "response_b",
        *TEXTS, "timestamp",
    ),
    "grades": ("model", "score", "response", *TEXTS),
    "counts": ("model_a", "model_b", "win_a", "win_b", "tie", "both_bad", "category"),
}  # fmt: skip
"""The fields of each form; a form is known by what only it has (win_a, model)."""

_ANY = tuple(dict.fromkeys(field for fields in FIELDS.values() for field in fields))


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column holds each field, and what its values mean."""

    form: Form
    columns: dict[str, str]
    """Column by field; a leading "=" makes the rest the value of every row."""
    words: dict[str, dict[str, str]]
    """Our value by theirs, by field."""


def parsed(maps: Iterable[str], values: Iterable[str]) -> tuple[Maps, Values]:
    """(maps, values) from "model_a=left" and "winner:1=a".

    Raises:
        BadRequest: a text is not of that shape, or the mapping does not hold (`made`).
    """
    pairs: list[tuple[str, str]] = []
    for text in maps:
        field, equals, column = text.partition("=")
        if not equals or not column:
            raise BadRequest(
                f"--map {text!r}: write FIELD=COLUMN, or FIELD==VALUE for one value in every row"
            )
        pairs.append((field.strip(), column))
    triples: list[tuple[str, str, str]] = []
    for text in values:
        known, equals, ours = text.rpartition("=")
        field, colon, theirs = known.partition(":")
        if not equals or not colon:
            raise BadRequest(f"--value {text!r}: write FIELD:THEIRS=OURS, such as winner:1=a")
        triples.append((field.strip(), theirs, ours))
    made(tuple(pairs), tuple(triples))
    return tuple(pairs), tuple(triples)


def made(maps: Maps, values: Values) -> Mapping:
    """The mapping that these describe.

    Raises:
        BadRequest: a field is unknown, stands twice or is missing, or a value means nothing.
    """
    columns = dict(maps)
    for field, _ in maps:
        if field not in _ANY:
            raise BadRequest(f"--map {field}: no such field; choose from {', '.join(_ANY)}")
    if twice := {field for field, _ in maps if sum(field == other for other, _ in maps) > 1}:
        raise BadRequest(f"--map gives {', '.join(sorted(twice))} twice")
    form = _form(set(columns))
    words: dict[str, dict[str, str]] = {}
    for field, theirs, ours in values:
        if field not in columns:
            raise BadRequest(f"--value {field}: that field has no --map; mapped are {', '.join(columns)}")
        if field == "winner" and ours not in (*get_args(Winner), *UNREAD):
            known = ", ".join((*get_args(Winner), *UNREAD))
            raise BadRequest(f"--value {field}:{theirs}={ours}: {ours!r} is none of {known}")
        words.setdefault(field, {})[theirs] = ours
    return Mapping(form, columns, words)


def _form(fields: set[str]) -> Form:
    form: Form = "counts" if fields & {"win_a", "win_b"} else "grades" if "model" in fields else "battles"
    if foreign := sorted(fields - set(FIELDS[form])):
        raise BadRequest(f"--map {foreign[0]} does not go with {form}; they have {', '.join(FIELDS[form])}")
    missing = [needed for needed in _needs(form) if not any(choice <= fields for choice in needed)]
    if missing:
        wanted = " or ".join(" and ".join(sorted(choice)) for choice in missing[0])
        raise BadRequest(f"--map: {form} need {wanted}, too")
    return form


def _needs(form: Form) -> list[list[set[str]]]:
    """What must be mapped; of each list one choice is enough."""
    if form == "counts":
        return [[{name}] for name in ("model_a", "model_b", "win_a", "win_b")]
    if form == "grades":
        return [[{"score"}], [{"prompt"}, {"question_id"}]]
    judged = [{"winner"}, {"preference"}, {"score_a", "score_b"}]
    return [[{"model_a"}], [{"model_b"}], judged]

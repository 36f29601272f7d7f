"""The dry run as a person reads it: what an import would read, keep and reject, and why.

Leaves out the import itself (`arena.pages.jobs`).
"""

import re
from collections.abc import Mapping

from arena.errors import ArenaError
from arena.pages.figure import count, percent
from arena.pages.markup import Markup, empty, notes, table, tag
from arena.surveying import FileFound, Surveyed

MANY = 24
"""Models and judges that are named."""
FILES = 200
"""Files and remarks that are listed."""
FEW = 8
"""Files up to which each has its line at once."""
KINDS = {
    "battles": {"Battle", "Verdict", "Grade"},
    "pair counts": {"PairCount"},
    "published ratings": {"Published"},
}
"""What a board can be made of, one of these."""
WINNERS = {"a": "A wins", "b": "B wins", "tie": "Tie", "both_bad": "Both bad"}
CHOOSE = "choose one under Format, or choose “My own columns” and say what they are"
FLAGS = {
    "--format mapped and --value need --map, such as --map model_a=left": "say which column each field is",
    "; name it with --board": "",
    "choose another --board": "choose another board name",
}
_UNKNOWN = re.compile(r"in no known format \([^)]*\); name one with --format")
_FLAG = re.compile(r"--(format|board|judge|map|value) ?")
_WORDS = {
    "format": "format ",
    "board": "board ",
    "judge": "judge ",
    "map": "column of ",
    "value": "meaning of ",
}


def plainly(said: str) -> str:
    """An error of the reader in the words of this page: no flags of the command line."""
    said = _UNKNOWN.sub(f"in no known format: {CHOOSE}", said)
    for theirs, ours in FLAGS.items():
        said = said.replace(theirs, ours)
    said = _FLAG.sub(lambda found: _WORDS[found.group(1)], said)
    word = said.partition(" ")[0]
    return said if "." in word or "/" in word else said[:1].upper() + said[1:]


def failed(error: ArenaError | str) -> Markup:
    """One line, in place."""
    return notes([plainly(str(error))], "error")


def looking(file: str, rows: int, done: int, total: int) -> Markup:
    """While the files are read."""
    share = done / total if total else 0.0
    return tag(
        "div",
        tag("p", f"Reading {file}: {count(rows, 'row')}, {percent(share, 0)}", class_="quiet"),
        bar(share, "Looking"),
        class_="looking",
        role="status",
    )


def bar(share: float | None, label: str) -> Markup:
    """A progress bar; None where nobody knows how far it is."""
    known = {} if share is None else {"value": int(share * 1000)}
    return tag("progress", max=1000, aria_label=label, class_="progress", **known)


def surveyed(found: Surveyed) -> Markup:
    """The whole dry run."""
    if not found.read and not any(file.trouble for file in found.files):
        return empty("Nothing to import", "The files hold no rows.")
    rejected = found.rejected / found.read if found.read else 0.0
    head = tag(
        "p",
        tag("b", count(found.read, "row")),
        " read: ",
        tag("b", f"{found.kept:,}"),
        " would be kept, ",
        tag("b", f"{found.rejected:,}"),
        f" rejected ({percent(rejected)}), into board ",
        tag("b", found.board),
        ". Nothing is stored yet.",
        class_="verdictline",
    )
    return tag(
        "section",
        tag("h2", "What an import would do"),
        head,
        notes([*map(plainly, troubles(found.files)), *mixed(found.facts)], "error"),
        files(found.files),
        reasons(found.files),
        counted("Facts", found.facts, _fact),
        counted("Verdicts", found.winners, lambda word: WINNERS.get(word, word)),
        counted("Models", found.models),
        counted("Judges", found.judges),
        first(found),
        remarks(found.notes),
        class_="survey",
        aria_label="Dry run",
    )


def troubles(found: tuple[FileFound, ...]) -> list[str]:
    """Why the whole import would be refused."""
    return [f"The import would be refused. {file.trouble}" for file in found if file.trouble]


def mixed(facts: Mapping[str, int]) -> list[str]:
    """What is said where files of several kinds of board came together."""
    held = [words for words, names in KINDS.items() if names & set(facts)]
    if len(held) < 2:
        return []
    return [
        f"The import would be refused. These files hold {' and '.join(held)}: import each kind by itself."
    ]


def files(found: tuple[FileFound, ...]) -> Markup:
    """One line per file: its format, what that was checked on, its rows. Many are summed by format."""
    heads = ("File", "Format", "Checked on", "Rows", "Kept", "Rejected")
    rows = [(file.file, file.format, file.checked, *_figures([file])) for file in found[:FILES]]
    if len(found) <= FEW:
        return tag("div", table(heads, rows, left=3), class_="files")
    formats: dict[tuple[str, str], list[FileFound]] = {}
    for file in found:
        formats.setdefault((file.format, file.checked), []).append(file)
    sums = [
        (name, checked, f"{len(held):,}", *_figures(held))
        for (name, checked), held in sorted(formats.items())
    ]
    more = len(found) - FILES
    folded = tag(
        "details",
        tag("summary", f"All {count(len(found), 'file')}"),
        table(heads, rows, left=3),
        tag("p", f"and {count(more, 'more file')}", class_="quiet") if more > 0 else None,
    )
    heads = ("Format", "Checked on", "Files", *heads[3:])
    return tag("div", table(heads, sums, left=2), folded, class_="files")


def _figures(found: list[FileFound]) -> tuple[str, str, str]:
    """Rows read, kept and rejected of some files."""
    read, kept, rejected = (
        sum(getattr(file, name) for file in found) for name in ("read", "kept", "rejected")
    )
    return f"{read:,}", f"{kept:,}", f"{rejected:,}"


def remarks(lines: tuple[str, ...]) -> Markup:
    """What the readers remarked; a long list is folded."""
    said = notes(lines[:FILES], "info")
    if len(lines) <= 3:
        return said
    return tag("details", tag("summary", f"{len(lines):,} remarks"), said)


def reasons(found: tuple[FileFound, ...]) -> Markup:
    """Why rows would be rejected, the most frequent reason first."""
    rows = [
        (
            plainly(reason.reason),
            f"{reason.rows:,}",
            f"{file.file}, row {reason.line:,}",
            tag("code", reason.text),
        )
        for file in found
        for reason in file.reasons
    ]
    if not rows:
        return Markup()
    heads = ("Why rows are rejected", "Rows", "First in", "which says")
    return tag("div", table(heads, rows[:MANY]), class_="reasons")


def counted(name: str, counts: Mapping[str, int], word: object = None) -> Markup:
    """A line of chips: each value and how often it stands there."""
    if not counts:
        return Markup()
    spoken = word if callable(word) else str
    chips = [
        tag("li", tag("span", str(spoken(value))), tag("b", f"{n:,}"))
        for value, n in list(counts.items())[:MANY]
    ]
    more = len(counts) - MANY
    rest = tag("li", f"and {more:,} more") if more > 0 else None
    label = name if len(counts) == 1 else f"{name} ({len(counts):,})"
    return tag("div", tag("h3", label), tag("ul", chips, rest, class_="chips"), class_="counted-line")


def first(found: Surveyed) -> Markup:
    """The first rows as they were understood, folded."""
    if not found.first:
        return Markup()
    rows = [
        tag(
            "li",
            tag("b", f"{row.file}, row {row.line:,}"),
            tag("ul", [tag("li", fact) for fact in row.facts]),
        )
        for row in found.first
    ]
    return tag(
        "details",
        tag("summary", f"The first {count(len(rows), 'row')} as understood"),
        tag("ul", rows, class_="understood"),
    )


def _fact(name: str) -> str:
    """`PairCount` as `Pair count`."""
    said = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return said[:1] + said[1:].lower()

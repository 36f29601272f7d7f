"""The list of imports that run or ran in this app: progress, what became of them, and what to do next.

Leaves out running them (`arena.service.imports`).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from arena.importing import Imported
from arena.pages import link
from arena.pages.figure import count, number, percent
from arena.pages.markup import Markup, Piece, notes, tag, text
from arena.pages.shelf import At
from arena.pages.survey import bar, plainly
from arena.service.imports import Job

SHOWN = 12
"""Jobs that are listed."""
STATES = {
    "reading": ("▸", "Reading"),
    "adding": ("▸", "Adding to the database"),
    "done": ("✓", "Done"),
    "failed": ("×", "Not imported"),
    "stopped": ("■", "Stopped"),
}
Told = Callable[[str], str]
"""A text without the places of uploads in it."""


def listed(found: Iterable[Job], told: Told = str) -> Markup:
    """All imports, newest first; nothing where there is none."""
    jobs = list(found)
    if not jobs:
        return Markup()
    newest: dict[tuple[str, str | None], int] = {}
    for job in jobs:
        newest.setdefault((job.path, job.board), job.id)
    cards = [card(job, told, latest=newest[job.path, job.board] == job.id) for job in jobs[:SHOWN]]
    return tag("section", tag("h2", "Imports"), cards, class_="jobs", aria_label="Imports")


def card(job: Job, told: Told = str, *, latest: bool = True) -> Markup:
    """One import; `latest` where the same files were not imported again since."""
    mark, state = STATES[job.state]
    into = job.report.board if job.report else job.board
    title = tag(
        "header",
        tag("span", mark, aria_hidden="true", class_="mark"),
        tag("b", state),
        tag("span", told(job.path), class_="path"),
        tag("span", f"into {into}", class_="quiet") if into else None,
        tag("span", clock(job.seconds), class_="quiet time"),
    )
    return tag(
        "article", title, _body(job, told, latest=latest), class_=f"job {job.state}", data_number=job.id
    )


def _body(job: Job, told: Told, *, latest: bool) -> Piece:
    if job.state == "reading":
        return [going(job), button("Stop", "stop", job)]
    if job.state == "adding":
        return [bar(None, "Adding"), tag("p", f"{count(job.rows, 'row')} read; this part cannot be stopped.")]
    if job.state == "failed":
        again = button("Try again", "again", job) if latest else None
        return [notes([plainly(told(job.error or "it failed"))], "error"), again]
    if job.state == "stopped":
        where = f"Stopped after {count(job.rows, 'row')}. What was read is kept"
        if not latest:
            return tag("p", f"{where}; it was gone on with since.")
        row = f" at about row {job.rows:,}" if job.rows else ""
        return [
            tag("p", f"{where}; the board is as it was."),
            button(f"Import again to go on{row}", "again", job),
        ]
    return report(job.report) if job.report else None


def going(job: Job) -> Markup:
    """How far a reader is: bar, rows, rows per second, time left."""
    if not job.rows or not job.total:
        return text([bar(None, "Looking at the files"), tag("p", "Looking at the files…")])
    share = min(1.0, job.done / job.total)
    told = f"{percent(share, 0)} · {count(job.rows, 'row')}"
    pace = speed(job)
    if pace is not None:
        told += f" · {number(pace[0])} rows/s · about {clock((job.total - job.done) / pace[1])} left"
    return text([bar(share, "Import"), tag("p", told, class_="figures")])


def speed(job: Job) -> tuple[float, float] | None:
    """(rows, bytes) per second since the reader's first word; None where there is too little to tell."""
    if job.begun is None:
        return None
    seconds, rows, done = job.begun
    spent = job.seconds - seconds
    return ((job.rows - rows) / spent, (job.done - done) / spent) if spent > 0 and job.done > done else None


def report(done: Imported) -> Markup:
    """What an import did, and where to go from here."""
    parts = [
        ("Read", f"{done.read:,}"),
        ("Kept", f"{done.kept:,}"),
        ("Rejected", f"{done.rejected:,}"),
        ("Known already", f"{done.duplicates:,}"),
        ("Format", done.format),
    ]
    facts = [tag("div", tag("dt", name), tag("dd", value)) for name, value in parts]
    return text(
        [
            tag("dl", facts, class_="facts"),
            notes(done.notes[:8], "info"),
            tag("p", ways(done), class_="ways"),
        ]
    )


def ways(done: Imported) -> list[Piece]:
    """Links that make sense after an import."""
    at = link.query(At(done.board))
    found: list[Piece] = [tag("a", "Rank it", href=f"/{at}", class_="rank")]
    if {"battles", "grades"} & set(done.facts):
        found.append(tag("a", "Read battles", href=f"/battles{at}"))
    found.append(tag("a", "See the board below", href=f"/data{at}", data_board=done.board))
    if done.rejects_file:
        found.append(
            download(Path(done.rejects_file), f"Download the {count(done.rejected, 'rejected row')}")
        )
    return found


def download(path: Path, words: str, *, fresh: bool = False) -> Markup:
    """A link to a file of the exports or rejects folder."""
    address = f"/gradio_api/file={quote(str(path))}"
    return tag("a", words, href=address, download=path.name, class_="download", data_fresh=fresh)


def button(words: str, do: str, job: Job) -> Markup:
    """A button that tells its import."""
    return tag("button", words, type="button", class_="act", data_do=do, data_what=job.id)


def clock(seconds: float) -> str:
    """`8 s`, `3 min 5 s`, `2 h 4 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

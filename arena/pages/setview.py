"""The words and tables of test sets: the list, one set, its clusters, a build's costs, builds under way."""

from collections.abc import Iterable, Sequence

from arena.corpus.report import Report, SetFound
from arena.jobs.plan import Dry
from arena.pages import setcharts
from arena.pages.figure import count, number
from arena.pages.markup import Markup, Piece, empty, notes, table, tag
from arena.pages.shelf import facts
from arena.pages.survey import bar
from arena.service.running import RunLine
from arena.service.testsets import SetInfo, SetPromptsFound, TestSetFound, TestSetsFound

TESTS = ("diverse", "hard", "mix")
LEVELS = {"red": "error", "amber": "warn", "green": "info"}


def listed(found: TestSetsFound, current: str) -> Markup:
    """All sets; a name opens one."""
    head = tag("h2", f"Test sets ({len(found.sets)})", id="testsets")
    lead = tag(
        "p",
        "Collections of instructions become test sets here: cleaned, embedded and clustered. Diverse draws "
        "from every cluster, Hard takes the most difficult, Mix is both; the rest becomes training parts.",
        class_="quiet",
    )
    if not found.sets:
        none = empty(
            "No test sets yet", "Name collections below and start a build, or run arena testset build PATH."
        )
        return tag("section", head, lead, none, class_="sets")
    rows = [_line(one, one.name == current) for one in found.sets]
    columns = ("Set", "Read", "Clean", "Diverse", "Hard", "Mix", "Parts", "Difficulty by")
    return tag("section", head, lead, table(columns, rows), class_="sets")


def _line(one: SetInfo, open_: bool) -> list[Piece]:
    name = tag(
        "button", one.name, type="button", class_="link", data_do="open", data_what=one.name,
        aria_current="true" if open_ else None,
    )  # fmt: skip
    parts = [size for name, size in one.files.items() if name not in TESTS]
    said = f"{len(parts)} × {max(parts):,}" if parts else "–"
    tests = [f"{one.files[test]:,}" if test in one.files else "–" for test in TESTS]
    return [name, f"{one.read:,}", f"{one.clean:,}", *tests, said, one.rater]


def opened(found: TestSetFound, free: bool) -> Markup:
    """One set: how it was cleaned, its map, difficulty, what is in it."""
    report, recipe = found.report, found.manifest.recipe
    shown = _chosen(report)
    return tag(
        "section",
        tag("h2", found.name, tabindex=-1),
        facts(
            ("Collections", ", ".join(read.name for read in report.read)),
            ("Kept away from", ", ".join(place.called for place in recipe.against) or "no benchmark"),
            ("Clean prompts", f"{report.clean:,}"),
            ("Clusters", f"{len(report.clusters)} ({report.kmeans} K-Means)"),
            ("Seed", str(recipe.drawing.seed)),
            ("Digest", found.manifest.digest[:13]),
            ("Folder", found.folder if free else None),
        ),
        notes([*(f"{path} was changed since the set was built" for path in found.changed), *report.notes]),
        tag("h3", "Cleaning: what each step left"),
        setcharts.funnel(report),
        _pairs(report),
        tag("h3", f"Clusters on a map: two axes that show {report.shown:.0%} of the variance"),
        tag("p", _legend(), class_="quiet legend"),
        tag(
            "div",
            setcharts.plane(report),
            tag("div", _hint(), class_="pointed", aria_live="polite"),
            class_="mapped",
            data_set=found.name,
        ),
        clusters(report),
        _difficulty(report),
        tag("h3", f"What is in {shown.name.capitalize()}: {count(shown.prompts, 'prompt')}"),
        tag(
            "div",
            setcharts.shares("Categories", shown.categories),
            setcharts.shares("Turns", _turns(shown)),
            setcharts.shares("Collections", shown.sources),
            class_="three",
        ),
        _files(report, found.name),
        class_="opened set",
    )


def _chosen(report: Report) -> SetFound:
    named = {one.name: one for one in report.sets}
    return next(named[name] for name in ("mix", "diverse", "hard", *named) if name in named)


def _legend() -> list[Piece]:
    kinds = (("diverse", "Diverse"), ("hard", "Hard"), ("rest", "the rest (a sample)"))
    return [tag("span", tag("i", class_=f"dot {kind}"), words) for kind, words in kinds]


def _hint() -> Markup:
    return tag(
        "p",
        "Point at a circle to see what its cluster is about; choose it to read what was drawn from it.",
        class_="quiet",
    )


def _pairs(report: Report) -> Markup:
    if not report.pairs:
        return Markup()
    rows = [
        [
            f"{pair.benchmark} {pair.item[:12]}",
            tag("span", pair.text[:160], class_="cut"),
            tag("span", pair.prompt[:160], class_="cut"),
            str(pair.rank or "–"),
            f"{pair.similarity:.3f}",
        ]
        for pair in report.pairs[:15]
    ]
    columns = ("Benchmark item", "It says", "A prompt of ours", "Rank", "Similarity")
    whole = table(columns, rows, left=3)
    return tag("details", tag("summary", "The prompts nearest to a benchmark"), whole, class_="near")


def clusters(report: Report, most: int = 60) -> Markup:
    """The largest clusters as a table: the map in words."""
    order = sorted(report.clusters, key=lambda one: (-one.size, one.number))[:most]
    rows: Iterable[Sequence[Piece]] = [
        [
            tag("button", f"Cluster {one.number}", type="button", class_="link", data_cluster=one.number),
            ", ".join(one.words) or "–",
            tag("span", one.examples[0] if one.examples else "", class_="cut"),
            f"{one.size:,}",
        ]
        for one in order
    ]
    whole = table(("Cluster", "Words", "Most typical prompt", "Prompts"), rows, left=3)
    return tag("details", tag("summary", f"The {len(order)} largest clusters"), whole, class_="near")


def _difficulty(report: Report) -> Markup:
    rated = report.rated
    if not rated.rated:
        return Markup()
    hard = next((one.difficulty for one in report.sets if one.name == "hard"), ())
    failed = ", ".join(f"{number} {status}" for status, number in rated.failed.items())
    said = f"{rated.rated:,} candidates rated 0–10 by {rated.rater}: {rated.about}."
    return tag(
        "div",
        tag("h3", "Difficulty"),
        tag("p", said, f" Not rated: {failed}." if failed else None, class_="quiet"),
        tag(
            "p",
            tag("span", tag("i", class_="dot rest"), "rated"),
            tag("span", tag("i", class_="dot hard"), "in Hard"),
            class_="quiet legend",
        ),
        setcharts.difficulty(rated.difficulty, hard),
    )


def _turns(found: SetFound) -> dict[str, int]:
    return {turns: found.turns[turns] for turns in sorted(found.turns, key=lambda word: (len(word), word))}


def _files(report: Report, name: str) -> Markup:
    rows = [[one.name, f"{one.prompts:,}"] for one in report.sets]
    use = 'prompts: {"name": "testset", "options": {"name": "' + name + '", "file": "mix"}}'
    apart = f"{report.apart:,} clean prompts near a test prompt are in no part. " if report.apart else ""
    return tag(
        "div",
        tag("h3", "Files"),
        tag("p", f"{apart}A tournament takes one with ", tag("code", use), class_="quiet"),
        table(("File", "Prompts"), rows),
    )


def prompts(found: SetPromptsFound) -> Markup:
    """Prompts of a cluster."""
    where = f"cluster {found.cluster}" if found.cluster is not None else "all clusters"
    head = tag("h3", f"{found.file.capitalize()}, {where}", tabindex=-1)
    if not found.prompts:
        return tag("div", head, tag("p", "Nothing was drawn from it.", class_="quiet"))
    rows = [
        tag(
            "li",
            [tag("p", turn[:600]) for turn in prompt.turns],
            tag("small", _about(prompt.source, prompt.categories, prompt.difficulty), class_="quiet"),
        )
        for prompt in found.prompts
    ]
    more = tag("p", "There are more.", class_="quiet") if found.more else None
    return tag("div", head, tag("ol", rows, class_="drawn"), more)


def _about(source: str, categories: Sequence[str], difficulty: float | None) -> str:
    rated = None if difficulty is None else f"difficulty {number(difficulty, 1)}"
    return " · ".join(filter(None, (source, ", ".join(categories), rated)))


def checked(dry: Dry) -> Markup:
    """What a build would do and cost, and what is wrong with it."""
    worst = [finding for finding in dry.findings if finding.level != "green"]
    costs = [
        tag(
            "div",
            tag("dt", cost.what),
            tag(
                "dd", f"{cost.value:,.0f} {cost.unit}".strip(), tag("small", f" {cost.note}", class_="quiet")
            ),
        )
        for cost in dry.costs
    ]
    boxes = [notes([f"{finding.subject}: {finding.text}"], LEVELS[finding.level]) for finding in worst]
    fine = tag(
        "p", f"{len(dry.findings) - len(worst)} of {len(dry.findings)} checks are fine.", class_="quiet"
    )
    there = notes([f"This build is there already: {dry.run} ({dry.state})"], "info") if dry.run else None
    return tag("section", tag("dl", costs, class_="facts"), boxes, there, fine, class_="survey")


def builds(lines: Iterable[RunLine], free: bool) -> Markup:
    """Builds that are not over, or went wrong; buttons for who may use them."""
    cards = [_build(line, free) for line in lines if line.state not in ("done", "cancelled")]
    return tag("section", cards, class_="jobs", aria_label="Builds") if cards else Markup()


def _build(line: RunLine, free: bool) -> Markup:
    share = line.done / line.total if line.total else None
    going = line.state in ("running", "stopping", "paused")
    far = (
        f"{line.step}: {line.done:,}" + (f" of {line.total:,}" if line.total else "")
        if line.step
        else "waiting"
    )
    verbs = [
        tag("button", verb.capitalize(), type="button", class_="act", data_do=verb, data_what=line.id)
        for verb in line.may
        if free and verb != "retry"
    ]
    kind = {"failed": "failed", "running": "reading", "stopped": "stopped"}.get(line.state, "")
    return tag(
        "article",
        tag(
            "header",
            tag("b", line.state.capitalize()),
            tag("span", line.title),
            tag("span", line.id, class_="path"),
        ),
        [bar(share, line.step or "Build"), tag("p", far, class_="figures")] if going else None,
        notes([line.error], "error") if line.error else None,
        tag("p", verbs, class_="acts"),
        class_=f"job {kind}",
    )

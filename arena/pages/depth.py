"""What an agreement would be with other choices, and category by category: rows with whiskers on one axis."""

from collections.abc import Callable, Sequence

from arena.pages import figure
from arena.pages.markup import Markup, Piece, empty, tag, text
from arena.service.requests import Compare
from arena.service.sensitivity import SensitivityFound, Varied

Address = Callable[[Compare], str | None]
MOVED = 5
"""How many of the models that move Spearman most are listed."""
GROUPS = {
    "ties": "Ties",
    "merge": "Two games",
    "method": "Method",
    "judge": "Judge",
    "style": "Style control",
    "without": "Without a model",
    "family": "Without a family",
}
CHOICES = {
    "davidson": "Davidson",
    "winrate": "Win rate",
    "strict": "both must agree",
    "length and markdown held equal": "length and Markdown held equal",
}


def depth(found: SensitivityFound, address: Address) -> Markup:
    """Categories and sensitivity."""
    return text([categories(found, address), sensitivity(found, address)])


def categories(found: SensitivityFound, address: Address) -> Markup:
    """Spearman per category, worst first."""
    title = tag("h2", "Category by category")
    if not found.categories:
        none = "Neither board has categories. Choose one that has to see where they agree least."
        return tag("section", title, empty("No categories to compare", none))
    lines = [found.asked, *found.categories]
    axis = Axis.over(lines)
    rows = [row(axis, line, line.choice, found.asked, address) for line in found.categories]
    whose = found.categories[0].what == "reference"
    head = header("Reference's category" if whose else "Category", axis)
    about = "Spearman with its 95 % interval, worst first; the dashed line is what was asked above."
    if whose:
        about = f"The whole board against each category of the reference. {about}"
    return tag("section", title, tag("p", about, class_="quiet"), grid(head, rows))


def sensitivity(found: SensitivityFound, address: Address) -> Markup:
    """One line per changed choice."""
    title = tag("h2", "Would other choices change it?")
    lines = [*found.varied, *found.without[:MOVED], *found.families[:MOVED]]
    axis = Axis.over([found.asked, *lines])
    first = row(axis, found.asked, "As asked above", found.asked, address)
    rows = [row(axis, line, named(line), found.asked, address) for line in lines]
    said = [spread(found), " Each line changes one thing; a name applies it."]
    few = tag(
        "p",
        "A published board comes as it is: ties, method and judge cannot be varied, only models left out.",
        class_="quiet",
    )
    return tag(
        "section",
        title,
        tag("p", said, class_="quiet"),
        None if found.varied else few,
        grid(header("Choice", axis), [first, *rows]),
    )


def spread(found: SensitivityFound) -> str:
    """The whole table in a sentence."""
    values = [line.spearman for line in (found.asked, *found.varied) if line.spearman is not None]
    values += [line.spearman for line in (*found.without, *found.families) if line.spearman is not None]
    if not values:
        return "Spearman is not defined here."
    low, high = figure.number(min(values), 3), figure.number(max(values), 3)
    most = f"; {found.without[0].choice} is the model that moves it most" if found.without else ""
    return f"Spearman stays between {low} and {high}{most}."


def named(line: Varied) -> str:
    """`Ties: left out`."""
    return f"{GROUPS.get(line.what, line.what)}: {CHOICES.get(line.choice, line.choice)}"


class Axis:
    """Where a Spearman lies between the lowest and the highest bound."""

    def __init__(self, low: float, high: float, asked: float | None) -> None:
        self.low, self.high, self.asked = low, high, asked

    @classmethod
    def over(cls, lines: Sequence[Varied]) -> "Axis":
        """The axis that holds all; the first line is what was asked."""
        values = [
            value
            for line in lines
            for value in (line.spearman, *(line.spearman_interval or ()))
            if value is not None
        ]
        low, high = min(values, default=0.0), max(values, default=1.0)
        margin = 0.05 * (high - low) or 0.01
        return cls(max(-1.0, low - margin), min(1.0, high + margin), lines[0].spearman)

    def at(self, value: float) -> str:
        """As CSS."""
        return f"{100 * (value - self.low) / (self.high - self.low):.2f}%"


def header(first: str, axis: Axis) -> Markup:
    """Titles; the axis' ends stand over the whiskers."""
    ends = tag(
        "span", tag("i", figure.number(axis.low, 2)), tag("i", figure.number(axis.high, 2)), class_="ends"
    )
    words = (first, "Spearman", "95 %", ends, "Change", "Agreement", "Models")
    return tag(
        "tr",
        [tag("th", word, scope="col", class_="left" if at == 0 else None) for at, word in enumerate(words)],
    )


def row(axis: Axis, line: Varied, name: str, asked: Varied, address: Address) -> Markup:
    """One choice: its figures, its whisker, and how far it is from what was asked."""
    link = address(line.compare) if line.compare else None
    first = tag("th", tag("a", name, href=link) if link else name, scope="row", class_="left")
    if line.why_not is not None:
        return tag("tr", first, tag("td", line.why_not, colspan=6, class_="left quiet"))
    low, high = line.spearman_interval or (None, None)
    change = None if line.spearman is None or asked.spearman is None else line.spearman - asked.spearman
    span = "–" if low is None else f"{figure.number(low, 3)} to {figure.number(high, 3)}"
    cells: list[Piece] = [
        figure.number(line.spearman, 3),
        span,
        whisker(axis, line),
        "" if line is asked else moved(change),
        figure.percent(line.agreement) if line.agreement is not None else "–",
        str(line.n_models),
    ]
    return tag(
        "tr", first, [tag("td", cell, class_="wide" if at == 2 else None) for at, cell in enumerate(cells)]
    )


def moved(change: float | None) -> str:
    """`+0.012`, or that nothing moved."""
    if change is None:
        return "–"
    return "same" if abs(change) < 0.0005 else f"{'+' if change > 0 else ''}{figure.number(change, 3)}"


def whisker(axis: Axis, line: Varied) -> Markup:
    """Value and interval over the axis, and where what was asked stands."""
    pieces = []
    if axis.asked is not None:
        pieces.append(tag("i", class_="asked-at", style=f"left:{axis.at(axis.asked)}"))
    if line.spearman_interval is not None:
        low, high = line.spearman_interval
        pieces.append(
            tag("i", class_="bar95", style=f"left:{axis.at(low)};right:calc(100% - {axis.at(high)})")
        )
    if line.spearman is not None:
        pieces.append(tag("i", class_="dot", style=f"left:{axis.at(line.spearman)}"))
    return tag("div", pieces, class_="whisker", aria_hidden="true")


def grid(head: Markup, rows: list[Markup]) -> Markup:
    """A table with whiskers."""
    whole = tag("table", tag("thead", head), tag("tbody", rows), class_="varied")
    return tag("div", whole, class_="scroll", tabindex=0, role="region", aria_label="Figures")

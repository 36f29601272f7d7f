"""Pictures of a test set as SVG and HTML: the cleaning funnel, the map of clusters, difficulty, shares.

Leaves out the words around them (`setview`) and what a click does (`testsets`).
"""

import json
from collections.abc import Mapping, Sequence

from arena.corpus.report import ClusterFound, Dot, Report
from arena.pages.figure import percent
from arena.pages.markup import Markup, tag

SIDE, EDGE = 560, 14
"""Pixels of the map, and of its margin."""
LEAST, MOST = 3.0, 13.0
"""Radius of the smallest and largest cluster."""
NAMED, APART = 14, (84.0, 16.0)
"""Clusters whose words stand on the map, and how far apart: across and down."""
LABELS = {
    "safety": "Illegal and toxic",
    "length": "Too short",
    "prefix": "Repeated beginning",
    "neardup": "Near-duplicates",
    "decontaminate": "Near a benchmark",
    "language": "Other languages",
}
"""Cleaning steps for people."""


def funnel(report: Report) -> Markup:
    """What each step left, as bars from all to the clean ones; a step opens on why and examples."""
    total = sum(read.prompts for read in report.read)
    lines = [_stage("Read", total, total, "", Markup())]
    for step in report.steps:
        reasons = tag(
            "ul", [tag("li", f"{count:,} × {reason}") for reason, count in step.reasons.items()][:8]
        )
        examples = [
            tag(
                "li",
                tag("q", example.text),
                tag("small", f" {example.source}: {example.detail}", class_="quiet"),
            )
            for example in step.examples[:5]
        ]
        why = (
            tag("div", reasons, tag("ul", examples, class_="examples"), class_="why")
            if step.dropped
            else Markup()
        )
        label = LABELS.get(step.step, step.step)
        lines.append(_stage(label, step.after, total, f"−{step.dropped:,}", why))
    return tag("div", lines, class_="funnel")


def _stage(label: str, left: int, total: int, dropped: str, why: Markup) -> Markup:
    share = left / total if total else 0.0
    bar = tag("span", tag("i", style=f"width:{share:.2%}"), class_="track", aria_hidden="true")
    cells = [
        tag("b", label),
        bar,
        tag("span", f"{left:,}", class_="left"),
        tag("span", dropped or percent(share, 0), class_="gone"),
    ]
    if not why:
        return tag("div", tag("p", cells, class_="stage"))
    return tag("details", tag("summary", cells, class_="stage"), why)


def plane(report: Report) -> Markup:
    """The map: prompts as specks, clusters as circles that can be pointed at and chosen."""
    put = Frame.over(report.dots, report.clusters)
    kinds = {"": "rest", "diverse": "diverse", "hard": "hard"}
    specks = [
        tag("path", d=_specks([dot for dot in report.dots if dot.sets == kind], put), class_=f"specks {name}")
        for kind, name in kinds.items()
    ]
    big = max((cluster.size for cluster in report.clusters), default=1)
    circles = [_circle(cluster, put, big) for cluster in sorted(report.clusters, key=lambda one: -one.size)]
    told = {
        one.number: [one.size, list(one.words), [words[:120] for words in one.examples[:3]]]
        for one in report.clusters
    }
    names = _names(report.clusters, put)
    return tag(
        "svg",
        specks,
        tag("g", circles),
        tag("g", names, class_="names"),
        viewBox=f"0 0 {SIDE} {SIDE}",
        class_="chart map",
        role="img",
        aria_label=f"{len(report.clusters)} clusters on a map; the list of clusters says the same in words",
        data_clusters=json.dumps(told, ensure_ascii=False, separators=(",", ":")),
    )


def _names(clusters: Sequence[ClusterFound], put: "Frame") -> list[Markup]:
    """The first word of the largest clusters, where it covers no other."""
    taken: list[tuple[float, float]] = []
    found: list[Markup] = []
    for one in sorted(clusters, key=lambda one: -one.size):
        x, y = put.x(one.x), put.y(one.y) + 4
        clear = all(abs(x - other) > APART[0] or abs(y - above) > APART[1] for other, above in taken)
        if one.words and clear and len(found) < NAMED:
            taken.append((x, y))
            found.append(
                tag("text", one.words[0], x=f"{x:.1f}", y=f"{y:.1f}", class_="name", text_anchor="middle")
            )
    return found


class Frame:
    """From the plane of a corpus to pixels, the same scale both ways."""

    def __init__(self, left: float, top: float, scale: float) -> None:
        self.left, self.top, self.scale = left, top, scale

    @classmethod
    def over(cls, dots: Sequence[Dot], clusters: Sequence[ClusterFound]) -> "Frame":
        """The frame that holds everything."""
        xs = [*(dot.x for dot in dots), *(cluster.x for cluster in clusters)] or [0.0]
        ys = [*(dot.y for dot in dots), *(cluster.y for cluster in clusters)] or [0.0]
        wide = max(max(xs) - min(xs), max(ys) - min(ys), 1e-6)
        left = (max(xs) + min(xs) - wide) / 2
        top = (max(ys) + min(ys) + wide) / 2
        return cls(left, top, (SIDE - 2 * EDGE) / wide)

    def x(self, value: float) -> float:
        """Pixels from the left."""
        return EDGE + (value - self.left) * self.scale

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return EDGE + (self.top - value) * self.scale


def _specks(dots: Sequence[Dot], put: Frame) -> str:
    return "".join(f"M{put.x(dot.x):.1f} {put.y(dot.y):.1f}h0" for dot in dots)


def _circle(cluster: ClusterFound, put: Frame, big: int) -> Markup:
    radius = LEAST + (MOST - LEAST) * (cluster.size / big) ** 0.5
    spot = tag(
        "circle",
        cx=f"{put.x(cluster.x):.1f}",
        cy=f"{put.y(cluster.y):.1f}",
        r=f"{radius:.1f}",
        class_="cluster",
        data_cluster=cluster.number,
    )
    return tag("g", spot)


WIDE, HIGH, FOOT = 560, 170, 22
"""Pixels of the histogram: its width, the bars' room, the labels'."""


def difficulty(rated: Sequence[int], hard: Sequence[int]) -> Markup:
    """Rated candidates by difficulty, and those of them that Hard took."""
    top = max(rated, default=0) or 1
    step = WIDE / max(len(rated), 1)
    bars = [_bar(at, step, count, hard[at] if at < len(hard) else 0, top) for at, count in enumerate(rated)]
    return tag(
        "svg",
        bars,
        viewBox=f"0 0 {WIDE} {HIGH + FOOT}",
        class_="chart difficulty",
        role="img",
        aria_label="; ".join(f"{at} to {at + 1}: {count}" for at, count in enumerate(rated)),
    )


def _bar(at: int, step: float, count: int, taken: int, top: int) -> Markup:
    """One bar: all that were rated so, and in front of it those in Hard."""
    middle = f"{(at + 0.5) * step:.1f}"
    heights = [(HIGH - 18) * value / top for value in (count, taken)]
    boxes = [
        tag(
            "rect",
            x=f"{at * step + 3:.1f}",
            y=f"{HIGH - height:.1f}",
            width=f"{step - 6:.1f}",
            height=f"{height:.1f}",
            class_=name,
        )
        for name, height in zip(("all", "hard"), heights, strict=True)
    ]
    above = tag(
        "text",
        f"{count:,}" if count else "",
        x=middle,
        y=f"{HIGH - heights[0] - 4:.1f}",
        class_="tick",
        text_anchor="middle",
    )
    below = tag("text", f"{at}–{at + 1}", x=middle, y=HIGH + 16, class_="tick", text_anchor="middle")
    said = f"difficulty {at} to {at + 1}: {count:,} rated, {taken:,} in Hard"
    return tag("g", tag("title", said), boxes, above, below)


def shares(title: str, counts: Mapping[str, int], most: int = 10) -> Markup:
    """Counts by name as bars; the smaller ones together."""
    total = sum(counts.values()) or 1
    shown = list(counts.items())[:most]
    rest = total - sum(count for _, count in shown)
    lines = [*shown, ("others", rest)] if rest else shown
    rows = [
        tag(
            "li",
            tag("span", name, class_="word"),
            tag("span", tag("i", style=f"width:{count / total:.2%}"), class_="track", aria_hidden="true"),
            tag("span", f"{count:,}", class_="left"),
        )
        for name, count in lines
    ]
    return tag("div", tag("h3", title), tag("ul", rows, class_="shares"))

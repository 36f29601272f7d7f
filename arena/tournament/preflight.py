"""What can be known to go wrong before a tournament starts: models, judge, prompts, pairing, families, disk.

Nothing is loaded and nothing is asked but what each plug-in's own check does. Leaves out what only a run
shows.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from arena import plugins
from arena.errors import ArenaError
from arena.plugins import Choice
from arena.preflight import Finding, worst
from arena.settings import Settings
from arena.tournament import cost, spread
from arena.tournament.config import Contestant, Tournament
from arena.tournament.crew import BACKENDS, JUDGES, Crew
from arena.tournament.parting import PATIENT
from arena.tournament.reading import PROMPTS, read
from arena.tournament.users import USERS

PAIRING = "arena.pairing"
PLACEHOLDER = re.compile(r"<[^<>]+>")
"""What a preset holds where only the person knows the value: `<path of Llama-3-70B-Instruct>`."""
_SPARE = 1 << 30
"""Bytes of disk that should be left."""


def check(config: Tournament) -> tuple[Finding, ...]:
    """All findings, in the order in which a person would look."""
    found = [*_unset(config)]
    if found:
        return tuple(found)
    found += [*_models(config), *_judge(config), *_prompts(config), *_early(config)]
    if config.executor == "ray":
        found += _tried("ray", lambda: tuple(spread.check(config)))
    if worst(tuple(found)) != "red":
        found += _size(config)
    return tuple(found)


def _unset(config: Tournament) -> Iterator[Finding]:
    """Placeholders of a preset that nobody filled in."""
    for subject, choice in _choices(config):
        for name, value in choice.options.items():
            inner = value.get("options", {}) if isinstance(value, dict) else {name: value}
            for field, text in inner.items():
                if isinstance(text, str) and PLACEHOLDER.fullmatch(text.strip()):
                    yield Finding("red", subject, f"{field} is not set yet: it stands for {text}")


def _choices(config: Tournament) -> Iterator[tuple[str, Choice]]:
    yield "prompts", config.prompts
    for number, model in enumerate(config.models):
        yield f"model {model.name} (models.{number})", model.backend
    yield "judge", config.judge
    for user in config.users:
        yield f"user {user.name}", user


def _tried(subject: str, look: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    try:
        return look()
    except ArenaError as error:
        return (Finding("red", subject, str(error)),)


def _early(config: Tournament) -> Iterator[Finding]:
    """Whether it can stop early, and how far the level holds."""
    if not config.separate:
        return
    most = len(config.models) - 1
    if config.separate > most:
        text = (
            f"the first {config.separate} of {len(config.models)} models have no next one to stand apart from"
        )
        yield Finding("red", "separate", f"{text}: set {most} or fewer")
    elif config.pairing.name not in PATIENT:
        text = (
            f"{config.pairing.name} chooses battles by earlier outcomes: the level holds only approximately"
        )
        yield Finding("amber", "separate", text)
    yield from _reloading(config)


def _reloading(config: Tournament) -> Iterator[Finding]:
    """What looking costs where models are loaded one after the other."""
    with suppress(ArenaError):  # a backend that there is not is told as one
        if Crew(config).alone:
            text = (
                "models are loaded one after the other, and all over again after each look (100 battles or a "
                "fifth more than were played): set loading=together where they fit, or separate=0"
            )
            yield Finding("amber", "separate", text)


def _plugin(package: str, choice: Choice, subject: str, *, afar: bool = False) -> tuple[Finding, ...]:
    """What a plug-in's own check finds; where it works `afar`, the nodes may have what this machine lacks."""

    def look() -> tuple[Finding, ...]:
        found = tuple(plugins.load(package, choice.name).check(plugins.config(package, choice)))
        return tuple(map(_guessed, found)) if afar else found

    return _tried(subject, look)


def _guessed(found: Finding) -> Finding:
    if found.level != "red":
        return found
    return replace(found, level="amber", text=f"{found.text} (seen from this machine; the nodes decide)")


def _afar(config: Tournament) -> bool:
    return config.executor == "ray" and config.ray.address != "local"


def _models(config: Tournament) -> Iterator[Finding]:
    names = Counter(model.name for model in config.models)
    for name, count in names.items():
        if count > 1:
            yield Finding("red", f"model {name}", f"{count} models have this name: give each its own")
    if len(config.models) < 2:
        yield Finding("red", "models", f"{len(config.models)} models: a battle needs two")
    for label, wanted in (("target", config.target), ("anchor", config.anchor)):
        if wanted is not None and wanted not in names:
            yield Finding("red", label, f"{wanted!r} does not fight: choose one of {', '.join(names)}")
    for model in config.models:
        if config.panel and model.identity:
            continue  # its answers are the panel's
        found = _plugin(BACKENDS, model.backend, f"model {model.name}", afar=_afar(config))
        yield from found
        yield from _length(config, model)


def _length(config: Tournament, model: Contestant) -> Iterator[Finding]:
    """Whether an answer fits the context, where it is known."""
    try:
        options = plugins.config(BACKENDS, model.backend)
    except ArenaError:
        return
    context = getattr(options, "context", None)
    longest = (model.sampling or config.sampling).max_tokens
    if isinstance(context, int) and longest >= context:
        text = f"answers of up to {longest:,} tokens do not fit its context of {context:,}: lower max_tokens"
        yield Finding("red", f"model {model.name}", text)


def _judge(config: Tournament) -> Iterator[Finding]:
    yield from _plugin(JUDGES, config.judge, "judge", afar=_afar(config))
    try:
        asked = getattr(plugins.config(JUDGES, config.judge), "backend", None)
    except ArenaError:
        return
    told = " ".join(str(value) for value in asked.options.values()).lower() if asked else ""
    for model in config.models:
        if asked is not None and asked == model.backend:
            text = "judges its own answers: judges favour themselves, so choose another judge"
            yield Finding("amber", f"judge = {model.name}", text)
        elif model.family and model.family.lower() in told:
            text = f"the judge seems to be of the same family ({model.family}): judges favour their kin"
            yield Finding("amber", f"judge ~ {model.name}", text)


def _prompts(config: Tournament) -> Iterator[Finding]:
    found = _plugin(PROMPTS, config.prompts, "prompts")
    for user in config.users:
        found += _plugin(USERS, user, f"user {user.name}")
    if config.panel and config.users:
        said = "what users said is in the panel's prompts: leave `users` out, or write the preset anew"
        found += (Finding("red", "prompts", f"{said} with `arena panel join`"),)
    yield from found
    if worst(found) != "red":
        yield from _tried("prompts", lambda: _empty(config))


def _empty(config: Tournament) -> tuple[Finding, ...]:
    if next(iter(read(config)), None) is None:
        return (Finding("red", "prompts", "the source has no prompts: choose another one, or loosen it"),)
    return ()


def _size(config: Tournament) -> tuple[Finding, ...]:
    """Whether anybody is paired, and whether the disk holds it."""

    def look() -> tuple[Finding, ...]:
        counts = cost.counted(config)
        if counts.battles == 0:
            return (Finding("red", "pairing", f"{config.pairing.name} finds nobody to pair"),)
        paired = Finding("green", "pairing", f"{config.pairing.name}: {counts.battles:,} battles")
        return (paired, _disk(cost.disk(counts)))

    return _tried("pairing", look)


def _disk(wanted: float) -> Finding:
    free = Settings().free
    said = f"{free / 1e9:.1f} GB free, about {wanted / 1e9:.2f} GB wanted"
    if free < wanted:
        return Finding("red", "disk", f"{said}: free some, or move --home")
    if free < wanted + _SPARE:
        return Finding("amber", "disk", f"{said}: that is little")
    return Finding("green", "disk", said)

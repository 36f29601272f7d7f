"""Language: keeps prompts in one language, found by lingua.

A fast look comes first; only what it doubts is looked at closely. Short prompts and prompts with code are
easily taken for another language, so one is dropped only where another language is clearly likelier; Latin
and Esperanto are not among the candidates. The models take about 1 GB of memory while the step runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from annotated_types import Ge, Le

from arena.corpus.pool import Pool
from arena.corpus.types import Drop, Mask, Room, whole
from arena.errors import BadRequest

BATCH = 1000
CUT = 600
"""Characters that are looked at."""


@dataclass(frozen=True, slots=True)
class Config:
    """Which language stays."""

    language: str = "en"
    """Code (ISO 639-1) of the language that is kept; `any` keeps all."""
    surely: Annotated[float, Ge(0.5), Le(1)] = 0.7
    """How likely another language has to be for a prompt to be dropped."""


def drops(pool: Pool, alive: Mask, config: Config, room: Room) -> Iterator[Drop]:
    """Prompts that are clearly in another language."""
    if config.language == "any":
        return
    fast, slow, wanted = _detectors(config.language)
    rows = iter(room.watched("language", pool.walk(alive), int(alive.sum())))
    while batch := list(islice(rows, BATCH)):
        room.check()
        texts = [whole(prompt)[:CUT] for _, prompt in batch]
        seen = fast.detect_languages_in_parallel_of(texts)
        doubted = [at for at, language in enumerate(seen) if language is not None and language != wanted]
        if not doubted:
            continue
        closely = slow.compute_language_confidence_values_in_parallel([texts[at] for at in doubted])
        for at, values in zip(doubted, closely, strict=True):
            first = values[0]
            if first.language != wanted and first.value >= config.surely:
                name = first.language.name.capitalize()
                yield Drop(batch[at][0], f"in {name}", f"{first.value:.2f}")
    slow.unload_language_models()
    fast.unload_language_models()


def _detectors(code: str) -> tuple[Any, Any, Any]:
    from lingua import IsoCode639_1, Language, LanguageDetectorBuilder

    known = {language.iso_code_639_1.name.lower(): language for language in Language.all()}
    if code.lower() not in known:
        raise BadRequest(
            f"language {code!r} is none that can be told; choose of {', '.join(sorted(known))} or any"
        )
    wanted = known[code.lower()]
    left = {IsoCode639_1.LA, IsoCode639_1.EO} - {wanted.iso_code_639_1}
    candidates = [language for language in Language.all() if language.iso_code_639_1 not in left]
    builder = LanguageDetectorBuilder.from_languages
    return builder(*candidates).with_low_accuracy_mode().build(), builder(*candidates).build(), wanted

"""Which judges are people: their names say so, for kinds of judges are not stored. Many are counted."""

import re
from collections.abc import Iterable

PEOPLE = r"(human|crowd|people|arena[_-]?user|author|expert)s?([ _-].*)?"
"""Names of judges that are people, in small letters."""
FEW = 4
"""People that are named one by one."""


def person(judge: str) -> bool:
    """Whether a judge's name says that it is people."""
    return re.fullmatch(PEOPLE, judge.lower()) is not None


def told(judges: Iterable[str]) -> str:
    """Judges by name; where there are many people, they are counted: "gpt-4, 12 people"."""
    known = list(judges)
    people = [judge for judge in known if person(judge)]
    if len(people) <= FEW:
        return ", ".join(known)
    return ", ".join([*(judge for judge in known if not person(judge)), f"{len(people):,} people"])

"""The model that stands for a lineage because a person promoted it: a copy under a name that stays.

In the home's `models` folder lie `VERSION-KEY/`, whole directories that outlive their runs, and `LINEAGE`, a
link to the one that stands. Leaves out the choice itself, which the journal keeps (`arena.store.journal`).
"""

import shutil
from pathlib import Path

from arena import models


def promote(folder: Path, lineage: str, version: str, reference: str) -> str:
    """Makes a version the lineage's head; where it is now. A model of the hub stays there: it has no copy."""
    place = Path(models.place(reference))
    link = folder / lineage
    if not place.is_dir():
        link.unlink(missing_ok=True)
        return reference
    kept = folder / f"{version}-{models.identity(reference)[:8]}"
    if not kept.is_dir():
        half = folder / f".{kept.name}.part"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(place, half)
        half.rename(kept)
    fresh = folder / f".{lineage}.link"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(kept.name)
    fresh.replace(link)
    return str(kept)

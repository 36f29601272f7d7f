"""Versions of algorithms as they stand in keys: what an older one made is not taken for a newer one's work.

A file's `VERSION` is raised by hand; a stage that is made of others names them in `PARTS`, and theirs count
as its own. First versions go without saying: a key stays what it is until something changes. Leaves out the
keys (`training.kinds`, `training.checkpoints`).
"""

from arena import plugins


def of(package: str, name: str) -> tuple[str, ...]:
    """The version of a plug-in and those of its parts, as texts; of a first version none."""
    version = int(getattr(plugins.load(package, name), "VERSION", 1))
    own = (f"{name} {version}",) if version > 1 else ()
    return (*own, *parts(package, name))


def parts(package: str, name: str) -> tuple[str, ...]:
    """The versions of what a plug-in is made of."""
    made_of = getattr(plugins.load(package, name), "PARTS", ())
    return tuple(told for part in made_of for told in of(package, part))

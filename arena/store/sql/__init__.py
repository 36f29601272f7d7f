"""SQL texts by name: `ask("cells")` is the question in `cells.sql` here; sister folders hold scripts."""

from functools import cache
from importlib.resources import files


@cache
def script(folder: str, name: str) -> str:
    """The text of an SQL file in a folder beside this one."""
    return files("arena.store").joinpath(folder, f"{name}.sql").read_text("utf-8")


def ask(name: str, where: str = "true") -> str:
    """The SQL of a question, with a condition (`arena.store.where`) put where it says so."""
    return script("sql", name).replace("/*where*/", where)

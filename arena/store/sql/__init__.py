"""Questions to the database: `ask("cells")` is the text of `cells.sql` here."""

from functools import cache
from importlib.resources import files


@cache
def ask(name: str, where: str = "true") -> str:
    """The SQL of a question, with a condition (`arena.store.where`) put where it says so."""
    text = files("arena.store.sql").joinpath(f"{name}.sql").read_text("utf-8")
    return text.replace("/*where*/", where)

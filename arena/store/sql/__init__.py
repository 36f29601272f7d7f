"""SQL texts by name: `ask("cells")` is the question in `cells.sql` here; sister folders hold scripts."""

import re
from functools import cache
from importlib.resources import files


@cache
def script(folder: str, name: str) -> str:
    """The text of an SQL file in a folder beside this one."""
    return files("arena.store").joinpath(folder, f"{name}.sql").read_text("utf-8")


def ask(name: str, where: str = "true") -> str:
    """The SQL of a question, with a condition (`arena.store.where`) put where it says so.

    `/*heard.sql*/` stands for another question, which is put there.
    """
    whole = re.sub(r"/\*(\w+)\.sql\*/", lambda found: script("sql", found[1]), script("sql", name))
    return whole.replace("/*where*/", where)

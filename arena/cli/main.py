"""The `arena` command as a whole: all verbs, and errors as one line."""

import os
import sys
from pathlib import Path

from pydantic import ValidationError

from arena.cli import (
    audits,
    checks,
    iterating,
    jobs,
    keeping,
    licences,
    lineage,
    looking,
    offprints,
    panels,
    pocket,
    testset,
    verbs,
    votes,
)
from arena.cli.screen import say
from arena.errors import ArenaError, no_room

MODULES = (
    verbs,
    looking,
    audits,
    checks,
    jobs,
    iterating,
    keeping,
    licences,
    lineage,
    offprints,
    panels,
    pocket,
    testset,
    votes,
)
"""What hangs verbs on the app: importing them is enough."""

app = verbs.app


def home_first(words: list[str]) -> list[str]:
    """The words with `--home DIR` in front, where typer looks for it, wherever it stood (before a `--`)."""
    said = words[: words.index("--")] if "--" in words else words
    at = next((at for at, word in enumerate(said) if word == "--home" or word.startswith("--home=")), None)
    if at is None:
        return words
    size = 2 if words[at] == "--home" else 1
    return words[at : at + size] + words[:at] + words[at + size :]


def made_known(words: list[str]) -> list[str]:
    """The words, after `--home` among them was put where plug-ins and the processes of runs look for it."""
    named = words[1:2] if words[:1] == ["--home"] else [one[7:] for one in words[:1] if one[:7] == "--home="]
    if named and named[0]:
        os.environ["ARENA_HOME"] = str(Path(named[0]).expanduser().resolve())
    return words


def main() -> None:
    """Runs the command; an error becomes one line and exit code 1."""
    try:
        app(args=made_known(home_first(sys.argv[1:])))
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ARENA_{str(first['loc'][0]).upper()}"
        say(f"arena: {name}={first['input']}: {first['msg'].lower()}\n", sys.stderr)
        sys.exit(1)
    except ArenaError as error:
        say(f"arena: {error}\n", sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("arena: stopped; an import goes on where it was when it is started again\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        told = no_room(error)
        if told is None:
            raise
        say(f"arena: {told}\n", sys.stderr)
        sys.exit(1)

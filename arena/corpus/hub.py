"""Data sets of the Hugging Face hub by name, `hub:OWNER/NAME`: fetched when a person names one, never else.

Only tables and texts are fetched, never code; they stay under the home folder, and a second call asks for
what is new alone. A gated set needs the user's own token (HF_TOKEN). Leaves out reading (`arena.formats`).
"""

import os
from pathlib import Path

from arena.errors import BadRequest, Unreadable

PREFIX = "hub:"
WANTED = ["*.parquet", "*.arrow", "*.json", "*.jsonl", "*.csv"]
"""Files that formats may know."""


def named(path: Path) -> str | None:
    """The set's name where a path means the hub."""
    text = path.as_posix()
    return text.removeprefix(PREFIX) if text.startswith(PREFIX) else None


def fetch(name: str, home: Path) -> Path:
    """The folder with the set's files, fetched where they are not there yet.

    Raises:
        BadRequest: the name is not OWNER/NAME.
        Unreadable: the hub cannot be reached, has no such set, or wants a token.
    """
    if name.count("/") != 1 or not all(name.split("/")):
        raise BadRequest(f"{PREFIX}{name}: a data set of the hub is named {PREFIX}OWNER/NAME")
    os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "0"}
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    folder = home / "hub" / name.replace("/", "--")
    try:
        snapshot_download(name, repo_type="dataset", local_dir=folder, allow_patterns=WANTED)
    except (HfHubHTTPError, OSError, ValueError) as error:
        why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Unreadable(
            f"{PREFIX}{name} could not be fetched (online? the name right? a token?): {why}"
        ) from error
    return folder

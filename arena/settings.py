"""Folders and limits: the only reader of the environment.

Everything that is written goes under `home`. Leaves out method settings (`arena.ratings.types.RankSettings`).
"""

import shutil
from pathlib import Path
from typing import Annotated

from annotated_types import Ge
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


def in_checkout() -> bool:
    """Whether the code runs from a source tree (with `data/` beside it) and not from an installed wheel."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "data").is_dir()


def shipped() -> Path:
    """Folder of the boards and the name map that come with the program."""
    return _CHECKOUT / "data" if in_checkout() else _PACKAGE / "shipped"


def _home() -> Path:
    return (
        _CHECKOUT / "data" / "local" if in_checkout() else Path.home() / ".local" / "share" / "arena-learning"
    )


class Settings(BaseSettings):
    """Where things are and how much may be used. Each field can be set as `ARENA_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="ARENA_", frozen=True)

    home: Path = Field(default_factory=_home)
    """Folder of everything that is written: database, imports, exports."""
    host: str = "127.0.0.1"
    """Address the app listens on."""
    port: int = 7860
    """Port the app listens on."""
    password: str | None = None
    """Of visitors (user name: arena), who look and upload; needed when `host` is not a loopback address."""
    operator_password: str | None = None
    """Of operators (user name: operator), who also launch, steer and remove, and name paths."""
    memory: str = "2GB"
    """Most memory the database may take before it spills to disk."""
    jobs: Annotated[int, Ge(1)] = 2
    """Runs that may work at a time, beside the one that holds the GPU."""
    pocket: bool = True
    """Whether the pocket tournament plays in the background at a first start."""
    wait: float = 5.0
    """Seconds to wait for a database that another short command holds."""

    @property
    def free(self) -> int:
        """Bytes that are free where everything is written."""
        there = next((folder for folder in (self.home, *self.home.parents) if folder.exists()), self.home)
        return shutil.disk_usage(there).free

    @property
    def database(self) -> Path:
        """The database file."""
        return self.home / "arena.duckdb"

    @property
    def owner(self) -> Path:
        """Note of the process that holds the database."""
        return self.home / "owner.json"

    @property
    def imports(self) -> Path:
        """Imports in normal form, one numbered folder each: what `rebuild` starts from."""
        return self.home / "imports"

    @property
    def runs(self) -> Path:
        """Run folders, one for each run: what `rebuild` takes their facts from."""
        return self.home / "runs"

    @property
    def models(self) -> Path:
        """Promoted models: a directory each, and a link with the lineage's name to the one that stands."""
        return self.home / "models"

    @property
    def rejects(self) -> Path:
        """Rejected rows, one JSONL file per import that had some."""
        return self.home / "rejects"

    @property
    def exports(self) -> Path:
        """What was exported from the app, to be downloaded."""
        return self.home / "exports"

    @property
    def recordings(self) -> Path:
        """Replies that a `recorder` kept, one JSONL file each."""
        return self.home / "recordings"

    @property
    def names(self) -> Path:
        """The user's own name map; it overrules the shipped one."""
        return self.home / "name_map.csv"

    @property
    def journal(self) -> Path:
        """What people did that no import can re-create, one JSON line each."""
        return self.home / "journal.jsonl"

    @property
    def votes(self) -> Path:
        """The vote book: what people voted, one JSON line each."""
        return self.home / "votes.jsonl"

    @property
    def checks(self) -> Path:
        """What leak and copy checks found, one JSONL file each."""
        return self.home / "checks"

    @property
    def salt(self) -> Path:
        """What voters are hashed with; readable by its owner only."""
        return self.home / "voters.salt"

    @property
    def scratch(self) -> Path:
        """Where the database spills and unfinished imports live."""
        return self.home / "tmp"

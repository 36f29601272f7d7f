"""Grounds for faults: a small disk, a home that nobody may write to. Skipped where nobody may mount."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"needs the right to mount: {done.stderr.strip()}")


@dataclass(frozen=True, slots=True)
class Disk:
    """A small disk."""

    path: Path

    def size(self, megabytes: int) -> None:
        """Makes it larger."""
        _mount("-o", f"remount,size={megabytes}m", str(self.path))

    def left(self) -> int:
        """Bytes that are free."""
        told = os.statvfs(self.path)
        return told.f_bavail * told.f_frsize

    def fill(self, but: int = 0) -> None:
        """Takes what is free, but so many bytes."""
        with (self.path / "ballast").open("ab", buffering=0) as file:
            while (more := min(self.left() - but, 1 << 20)) > 0:
                file.write(bytes(more))

    def clear(self) -> None:
        """Gives it back."""
        (self.path / "ballast").unlink()


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk of its own in memory, of 64 MB."""
    if os.geteuid() != 0:
        pytest.skip("needs root: a small disk is mounted")
    with tempfile.TemporaryDirectory(prefix="arena-disk-") as place:
        _mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", place)
        try:
            yield Disk(Path(place))
        finally:
            subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def shut(home: Path) -> Iterator[Callable[[], None]]:
    """Makes the home read-only, once it holds something; until the test ends."""
    if os.geteuid() != 0:
        pytest.skip("needs root: a folder is mounted read-only")
    _mount("--bind", str(home), str(home))
    try:
        yield lambda: _mount("-o", "remount,ro,bind", str(home))
    finally:
        subprocess.run(["umount", "-l", str(home)], check=True)

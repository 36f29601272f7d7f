"""What the system says of disks and rights, as a line that names the right place and what to do there."""

import errno
import os
from pathlib import Path

import pytest

from arena.errors import NoRoom, no_room, room

HOME = Path("/a/home")


def said(number: int, name: str | None = None, place: Path | None = HOME) -> str:
    error = OSError(number, os.strerror(number), name) if name else OSError(number, os.strerror(number))
    return str(no_room(error, place))


def test_a_full_disk_is_named_by_the_file_that_found_it_else_by_where_the_work_was_done() -> None:
    assert said(errno.ENOSPC).startswith("the disk of /a/home is full (No space left on device)")
    assert said(errno.ENOSPC, "/mnt/x.csv").startswith("the disk of /mnt/x.csv is full")
    assert said(errno.EFBIG, place=None).startswith("the disk is full (File too large)")


def test_a_place_that_may_not_be_used_says_what_helps_there() -> None:
    home = "let this user read and write there, or name another --home"
    assert said(errno.EROFS) == f"/a/home cannot be used (Read-only file system): {home}"
    assert said(errno.EACCES, "/a/home/tmp").endswith(home)
    assert said(errno.EACCES, "/a/votes.csv") == (
        "/a/votes.csv cannot be used (Permission denied): let this user in"
    )


def test_what_nobody_can_mend_that_way_stays_as_it_was() -> None:
    with pytest.raises(IsADirectoryError), room(HOME):
        HOME.parent.parent.open()
    with pytest.raises(NoRoom), room(HOME):
        raise OSError(errno.EDQUOT, "full")

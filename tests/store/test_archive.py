"""What an archive may not hold: each of these is refused in one line, and nothing is written anywhere."""

import json
import stat
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import Unreadable
from arena.store import archive, folder


def made(path: Path, held: dict[str, bytes], **changes) -> Path:
    """A backup of these files; `changes` bend its manifest, `infos` add raw members, `way` packs."""
    infos, way = changes.pop("infos", {}), changes.pop("way", zipfile.ZIP_DEFLATED)
    entries = [
        {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()} for name, data in held.items()
    ]
    manifest = {
        "form": archive.FORM,
        "program": "1",
        "normal": folder.VERSION,
        "made": "2026-01-01",
        "files": entries,
        "links": {},
        **changes,
    }
    with zipfile.ZipFile(path, "w", way) as zipped:
        for name, data in {**held, **infos}.items():
            zipped.writestr(name, data)
        zipped.writestr(archive.MANIFEST, json.dumps(manifest))
    return path


def unpacked(path: Path, into: Path) -> None:
    into.mkdir()
    with archive.opened(path, folder.VERSION) as found:
        found.unpack(into)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "C:/evil",
        "a\\..\\evil",
        "a//b",
        "./a",
        "a\nb",
        "a\x1b[31m",
    ],
)
def test_a_name_that_leaves_the_home_is_refused(tmp_path, name):
    path = made(tmp_path / "b.zip", {name: b"x"})
    with pytest.raises(Unreadable, match="would leave the home") as caught:
        unpacked(path, tmp_path / "home")
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize("target", ["..", "/etc", "a/../..", "../other", "", "nothing", "head"])
def test_a_link_that_leads_elsewhere_is_refused(tmp_path, target):
    path = made(tmp_path / "b.zip", {"models/v1/x": b"x"}, links={"models/head": target})
    with pytest.raises(Unreadable, match="link"):
        unpacked(path, tmp_path / "home")
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_is_packed_as_no_backup_packs_is_refused(tmp_path, way):
    path = made(tmp_path / "b.zip", {"a": b"x" * 100}, way=way)
    path.write_bytes(path.read_bytes().replace(b"\x05\x00\x5d", b"\x05\x00\xff"))  # LZMA's properties
    with pytest.raises(Unreadable, match="'a' is packed as no backup packs"):
        unpacked(path, tmp_path / "home")


def test_nothing_is_written_through_a_link(tmp_path):
    path = made(tmp_path / "b.zip", {"models/v1/x": b"x", "models/head/y": b"y"}, links={"models/head": "v1"})
    with pytest.raises(Unreadable, match="both a file and a folder"):
        unpacked(path, tmp_path / "home")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR])
def test_a_member_that_is_no_file_is_refused(tmp_path, kind):
    data = b"/etc/passwd"
    path = made(tmp_path / "b.zip", {"a": data})
    info = zipfile.ZipInfo("a")
    info.external_attr = (kind | 0o777) << 16
    manifest = zipfile.ZipFile(path).read(archive.MANIFEST)
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr(info, data)
        zipped.writestr(archive.MANIFEST, manifest)
    with pytest.raises(Unreadable, match="no plain file"):
        unpacked(path, tmp_path / "home")


def test_a_bomb_is_refused_before_it_unpacks(tmp_path):
    path = made(tmp_path / "b.zip", {"a": bytes(archive.LARGE + 1)})
    assert path.stat().st_size < 1 << 20
    with pytest.raises(Unreadable, match="out of nearly nothing"):
        unpacked(path, tmp_path / "home")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"form": 99}, "newer version"),
        ({"normal": 99}, "newer version"),
        ({"infos": {"extra": b"x"}}, "differ at 'extra'"),
        ({"files": [{"name": "a", "size": 1, "sha256": "0" * 64}]}, "not what was backed up"),
        ({"files": [{"name": "a", "size": 9, "sha256": "0" * 64}]}, "not as long"),
        ({"files": "none"}, "manifest cannot be read"),
        ({"files": []}, "differ at 'a'"),
    ],
)
def test_content_that_is_not_as_the_manifest_says_is_refused(tmp_path, changes, reason):
    path = made(tmp_path / "b.zip", {"a": b"x"}, **changes)
    with pytest.raises(Unreadable, match=reason) as caught:
        unpacked(path, tmp_path / "home")
    assert "\n" not in str(caught.value)


def test_a_zip_of_something_else_is_no_backup(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as zipped:
        zipped.writestr("a", "x")
    with pytest.raises(Unreadable, match="no backup of this program"), archive.opened(tmp_path / "b.zip", 2):
        pass


def test_a_member_that_lies_nowhere_is_refused(tmp_path):
    whole = bytearray(made(tmp_path / "b.zip", {"a": b"words"}).read_bytes())
    entry = whole.index(b"PK\x01\x02")
    whole[entry + 42 : entry + 46] = b"\xff\xff\xff\x7f"  # where its first byte is
    (tmp_path / "b.zip").write_bytes(whole)
    with pytest.raises(Unreadable) as caught:
        unpacked(tmp_path / "b.zip", tmp_path / "home")
    assert "\n" not in str(caught.value)


@given(st.data())
def test_a_torn_or_bent_archive_is_refused_or_whole(tmp_path_factory, data):
    folder_ = tmp_path_factory.mktemp("bent")
    whole = made(folder_ / "b.zip", {"a": b"some words " * 40, "runs/x/b": b"others"}).read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    at, byte = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 255))
    bent = bytearray(whole[:cut] if data.draw(st.booleans()) else whole)
    if at < len(bent):
        bent[at] = byte
    (folder_ / "b.zip").write_bytes(bent)
    with suppress(Unreadable):
        unpacked(folder_ / "b.zip", folder_ / "home")
        assert (folder_ / "home" / "a").read_bytes() == b"some words " * 40

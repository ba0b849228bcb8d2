"""Pictures that are only online: told by what each platform says of them, never opened."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from photoseek.domain import FileStamp
from photoseek.scanning import walk
from photoseek.scanning.placeholders import Placeholders

HERE = 77
MOUNTINFO = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:77 / /home/me/cloud rw,nosuid,nodev,relatime shared:9 - fuse.rclone remote: rw,user_id=1000
"""


def facts(**said: int) -> os.stat_result:
    plain = {"st_file_attributes": 0x20, "st_flags": 0, "st_blocks": 8, "st_size": 4000, "st_dev": os.makedev(0, HERE)}
    return cast(os.stat_result, SimpleNamespace(**(plain | said)))


@pytest.mark.parametrize(
    ("platform", "said", "expected"),
    [
        ("win32", {"st_file_attributes": 0x400020}, True),
        ("win32", {"st_file_attributes": 0x40020}, True),
        ("win32", {"st_file_attributes": 0x1020}, True),
        ("win32", {}, False),
        ("darwin", {"st_flags": 0x40000000}, True),
        ("darwin", {"st_flags": 0x20}, False),
        ("linux", {"st_blocks": 0}, True),
        ("linux", {"st_blocks": 0, "st_size": 0}, False),
        ("linux", {"st_blocks": 0, "st_dev": os.makedev(254, 0)}, False),
        ("linux", {}, False),
    ],
)
def test_each_platform_tells_in_its_own_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, said: dict[str, int], expected: bool
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTINFO)
    monkeypatch.setattr("photoseek.scanning.placeholders._MOUNTS", mounts)
    monkeypatch.setattr(sys, "platform", platform)
    assert Placeholders().is_one(facts(**said)) is expected


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system says it")
def test_the_walk_counts_them_and_leaves_them_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here.jpg").write_bytes(b"x")
    with (tmp_path / "online.jpg").open("wb") as file:
        file.truncate(5000)
    if (tmp_path / "online.jpg").stat().st_blocks:
        pytest.skip("this file system gives blocks to files without content")
    monkeypatch.setattr("photoseek.scanning.placeholders._fuse_devices", lambda: frozenset({tmp_path.stat().st_dev}))
    found = walk(os.fsencode(tmp_path))
    assert (list(found.files), found.placeholders) == ([b"here.jpg"], 1)
    assert walk(os.fsencode(tmp_path), [b"online.jpg"]).placeholders == 1
    monkeypatch.undo()
    assert walk(os.fsencode(tmp_path)).files[b"online.jpg"] == FileStamp(
        5000, (tmp_path / "online.jpg").stat().st_mtime_ns
    )


def test_a_system_that_hides_its_mounts_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photoseek.scanning.placeholders._MOUNTS", tmp_path / "gone")
    monkeypatch.setattr(sys, "platform", "linux")
    assert not Placeholders().possible

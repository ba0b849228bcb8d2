"""Walks at the edges: very deep, only online, through links, with names of no encoding."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from photoseek.scanning import check_new_folder, compare, walk
from photoseek.scanning.placeholders import Placeholders


def test_a_tree_deeper_than_python_recurses_is_walked(tmp_path: Path) -> None:
    depth = 1100
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("a.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)

    try:
        assert list(walk(os.fsencode(tmp_path)).files) == [b"d/" * depth + b"a.jpg"]
    finally:  # pytest's own cleaning up recurses
        (tmp_path / ("d/" * depth) / "a.jpg").unlink()
        for level in range(depth, 0, -1):
            (tmp_path / ("d/" * level)).rmdir()


def test_a_known_picture_that_is_only_online_now_has_not_vanished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.jpg").write_bytes(b"x")
    (tmp_path / "online.jpg").write_bytes(b"x")
    known = walk(os.fsencode(tmp_path)).files
    online = (tmp_path / "online.jpg").stat().st_ino
    monkeypatch.setattr(Placeholders, "possible", True)
    monkeypatch.setattr(Placeholders, "is_one", lambda self, facts: facts.st_ino == online)

    on_disk = walk(os.fsencode(tmp_path))
    assert list(on_disk.files) == [b"here.jpg"]
    assert not compare(on_disk, known)


def test_a_place_behind_a_link_that_is_not_followed_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.jpg").write_bytes(b"x")
    (tmp_path / "alias").symlink_to("real")
    root = os.fsencode(tmp_path)

    assert list(walk(root).files) == [b"real/a.jpg"]
    assert walk(root, [b"alias"]).files == {}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want names to be text")
def test_a_folder_whose_name_is_no_text_can_be_watched(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path.resolve()) + b"/\xff\n"
    Path(os.fsdecode(path)).mkdir()

    assert check_new_folder(path, []) == path


def test_a_file_whose_name_changed_in_case_alone_has_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_stat = os.stat

    def find_in_any_case(path: Any, **more: Any) -> os.stat_result:
        """As on Windows, macOS and memory cards."""
        if isinstance(path, bytes) and path.endswith((b"IMG_1.JPG", b"img_1.jpg")):
            path = path.replace(b"img_1.jpg", b"IMG_1.JPG")
        return real_stat(path, **more)

    (tmp_path / "IMG_1.JPG").touch()
    monkeypatch.setattr(os, "stat", find_in_any_case)
    assert list(walk(os.fsencode(tmp_path), [b"img_1.jpg", b"IMG_1.JPG"]).files) == [b"IMG_1.JPG"]

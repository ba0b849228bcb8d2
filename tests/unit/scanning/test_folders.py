"""Which folders can be watched; every refusal says what to do."""

import os
import sys
from pathlib import Path

import pytest

from photoseek.domain import Folder, FolderId, FolderState
from photoseek.errors import FolderError
from photoseek.scanning import check_new_folder


def watched(path: Path) -> list[Folder]:
    return [Folder(FolderId(1), os.fsencode(path), FolderState.WATCHING)]


def test_a_folder_is_made_absolute_and_its_links_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    real = os.fsencode((tmp_path / "photos").resolve())
    for given in ("photos", "./photos/../photos/", "link", b"photos", str(tmp_path / "photos")):
        assert check_new_folder(given, []) == real
    if sys.platform != "win32":
        assert check_new_folder("~/photos", []) == real


def test_folders_beside_each_other_may_both_be_watched(tmp_path: Path) -> None:
    for name in ("photos", "photos2"):
        (tmp_path / name).mkdir()
    assert check_new_folder(str(tmp_path / "photos2"), watched(tmp_path / "photos"))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gone", "There is no such folder"),
        ("a.jpg", "is not a folder"),
        ("a.jpg/deep", "There is no such folder"),
        ("loop", "can't be followed"),
        ("", "holds"),
        ("photos", "is watched already"),
        ("link", "is watched already"),
        ("photos/deep", "lies in"),
        ("/", "is a whole disk"),
    ],
)
def test_other_folders_are_refused_with_a_reason_and_a_way_out(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "photos" / "deep").mkdir(parents=True)
    (tmp_path / "a.jpg").write_bytes(b"x")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    with pytest.raises(FolderError, match=message) as caught:
        check_new_folder(str(tmp_path / path), watched(tmp_path / "photos"))
    assert caught.value.hint


@pytest.mark.parametrize("path", ["nul\0byte", "x" * 5000, b"\xff" * 300, "\ud800", "~nobody-of-this-name"])
def test_what_can_be_no_path_is_refused_too(path: str | bytes) -> None:
    with pytest.raises(FolderError) as caught:
        check_new_folder(path, [])
    assert caught.value.hint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root and Windows may read every folder")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o000)
    try:
        with pytest.raises(FolderError, match="can't be read"):
            check_new_folder(str(tmp_path), [])
    finally:
        tmp_path.chmod(0o700)

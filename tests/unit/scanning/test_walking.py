"""The walk over real folders: odd names, links, what is left out, what can't be read."""

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from photoseek.domain import FileStamp
from photoseek.scanning import walk
from tests.flow.mounting import small_disk

UNPRIVILEGED = """
import os, sys
from photoseek.scanning import walk
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
found = walk(os.fsencode(sys.argv[1]), [os.fsencode(sys.argv[2])])
print(sorted(found.files), sorted(found.unreadable))
"""


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")


def names(root: Path, under: str = "", ignore: tuple[str, ...] = ()) -> list[str]:
    found = walk(os.fsencode(root), [os.fsencode(under)], ignore=ignore)
    assert not found.unreadable
    return sorted(os.fsdecode(path) for path in found.files)


def test_every_picture_has_its_size_and_time_and_nothing_else_is_taken(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "deep/er/B.HEIC", "deep/notes.txt", "jpg", "noend.", "c.jpg.part")
    (tmp_path / "a.jpg").write_bytes(b"four")
    os.utime(tmp_path / "a.jpg", ns=(1, 1_234_567_891_234_567_891))
    found = walk(os.fsencode(tmp_path))
    assert found.files[b"a.jpg"] == FileStamp(4, 1_234_567_891_234_567_891)
    assert set(found.files) == {b"a.jpg", b"deep/er/B.HEIC"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("name", [b"new\nline.jpg", "\N{DOG FACE} \N{SNOWMAN}.png".encode(), b"\xff\xfe.gif", b" .jpg"])
def test_names_are_bytes_whatever_they_say(tmp_path: Path, name: bytes) -> None:
    folder = os.fsencode(tmp_path) + b"/" + name.replace(b".", b"-")
    Path(os.fsdecode(folder)).mkdir()
    Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"x")
    assert list(walk(os.fsencode(tmp_path)).files) == [name.replace(b".", b"-") + b"/" + name]


def test_hidden_and_system_folders_and_files_are_left_out(tmp_path: Path) -> None:
    left_out = [
        ".hidden",
        "@eaDir",
        "#recycle",
        "$RECYCLE.BIN",
        "System Volume Information",
        "lost+found",
        ".Trash-1000",
    ]
    make(tmp_path, "a.jpg", "._a.jpg", ".b.jpg", "Trash/c.jpg", *(f"{folder}/x/a.jpg" for folder in left_out))
    assert names(tmp_path) == ["Trash/c.jpg", "a.jpg"]
    for folder in left_out:
        assert names(tmp_path, f"{folder}/x/a.jpg") == names(tmp_path, folder) == []


@pytest.mark.parametrize("mark", [".nomedia", ".noimage"])
def test_a_mark_keeps_out_its_folder_and_all_below_it(tmp_path: Path, mark: str) -> None:
    make(tmp_path, "a.jpg", "no/b.jpg", "no/deep/c.jpg", f"no/{mark}")
    assert names(tmp_path) == ["a.jpg"]
    assert names(tmp_path, "no/deep") == names(tmp_path, "no/b.jpg") == []


def test_patterns_leave_out_names_and_paths(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "a_thumb.jpg", "old/b.jpg", "2020/raw/c.jpg", "2021/raw/d.jpg", "raw.jpg")
    ignore = ("*_thumb.*", "old", "2020/raw")
    assert names(tmp_path, ignore=ignore) == ["2021/raw/d.jpg", "a.jpg", "raw.jpg"]
    for place in ("old/b.jpg", "2020/raw", "a_thumb.jpg"):
        assert names(tmp_path, place, ignore) == []


def test_links_that_lead_in_circles_end_and_a_file_has_one_path(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make(root, "z/a.jpg")
    (root / "z" / "up").symlink_to(root)
    (root / "b").symlink_to(root / "z")
    (root / "self").symlink_to("self")
    (root / "nowhere.jpg").symlink_to("gone.jpg")
    (root / "disk").symlink_to("/")
    assert names(root) == ["z/a.jpg"]
    assert names(root, "b") == names(root, "b/a.jpg") == names(root, "z/up/z/a.jpg") == []


def test_links_that_lead_out_are_followed_and_told(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make(root, "a.jpg")
    make(tmp_path, "away/b.jpg", "away/deep/c.jpg", "single.jpg")
    (root / "away").symlink_to(tmp_path / "away")
    (root / "again").symlink_to(tmp_path / "away" / "deep")
    (tmp_path / "away" / "back").symlink_to(root)
    (root / "single.jpg").symlink_to(tmp_path / "single.jpg")
    found = walk(os.fsencode(root))
    assert sorted(found.files) == [b"a.jpg", b"again/c.jpg", b"away/b.jpg", b"single.jpg"]
    assert sorted(found.linked) == [b"again", b"away"]
    assert names(root, "away") == ["away/b.jpg", "away/deep/c.jpg"]


def test_links_that_are_walked_together_are_followed_as_by_a_walk_through_all(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make(tmp_path, "root/a.jpg", "away/b.jpg", "away/deep/c.jpg")
    for link, place in (("one", "away"), ("two", "away"), ("at-first", "away/deep")):
        (root / link).symlink_to(tmp_path / place)
    whole = walk(os.fsencode(root))
    assert sorted(whole.files) == [b"a.jpg", b"at-first/c.jpg", b"one/b.jpg"]
    assert sorted(walk(os.fsencode(root), whole.linked).files) == [b"at-first/c.jpg", b"one/b.jpg"]


def test_a_place_may_be_a_folder_a_file_or_gone(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "deep/b.jpg", "deep/er/c.jpg", "deep/notes.txt")
    assert names(tmp_path, "deep") == ["deep/b.jpg", "deep/er/c.jpg"]
    assert names(tmp_path, "deep/b.jpg") == ["deep/b.jpg"]
    for nothing in ("deep/notes.txt", "gone", "gone/b.jpg", "a.jpg/b.jpg"):
        assert names(tmp_path, nothing) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
def test_a_pipe_that_is_called_a_picture_is_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    make(tmp_path, "b.jpg/c.jpg")
    assert names(tmp_path) == ["b.jpg/c.jpg"]


def test_a_root_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg")
    with pytest.raises(FileNotFoundError):
        walk(os.fsencode(tmp_path / "gone"), [b"deep"])
    with pytest.raises(NotADirectoryError):
        walk(os.fsencode(tmp_path / "a.jpg"))


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is being listed can't be moved there")
@pytest.mark.parametrize("is_disk", [False, True])
def test_a_root_that_goes_meanwhile_is_an_error_and_nothing_in_it_seems_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_disk: bool
) -> None:
    real_scandir, root = os.scandir, tmp_path / "root"

    def scandir(path: bytes) -> Any:
        listed = real_scandir(path)
        if path.endswith(b"deep"):
            disk.close() if is_disk else root.rename(tmp_path / "elsewhere")
        return listed

    with contextlib.ExitStack() as disk:
        if is_disk:
            disk.enter_context(small_disk(root, "1m"))
        make(root, "a.jpg", "deep/b.jpg", "deep/er/c.jpg")
        monkeypatch.setattr(os, "scandir", scandir)
        with pytest.raises(FileNotFoundError):
            walk(os.fsencode(root))


def test_a_root_that_opens_but_cannot_be_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(contextlib.AbstractContextManager[Any]):
        """As of a disk that was pulled out."""

        def __exit__(self, *_: object) -> None: ...

        def __iter__(self) -> Iterator[Any]:
            return self

        def __next__(self) -> Any:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "scandir", lambda _: Broken())
    with pytest.raises(OSError, match="Input/output"):
        walk(os.fsencode(tmp_path))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an unprivileged process can come to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in folder.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)


def walk_unprivileged(root: Path, under: str = "") -> str:
    ran = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, root, under], check=True, capture_output=True, text=True, timeout=60
    )
    return ran.stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="needs the permissions of Unix")
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
def test_a_folder_that_may_not_be_read_is_told(open_folder: Path, mode: int) -> None:
    make(open_folder, "a.jpg", "shut/b.jpg", "shut/deep/c.jpg")
    (open_folder / "shut").chmod(mode)
    assert walk_unprivileged(open_folder) in (
        "[b'a.jpg'] [b'shut']",
        "[b'a.jpg'] [b'shut', b'shut/deep']",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs the permissions of Unix")
def test_what_lies_in_such_a_folder_is_neither_there_nor_gone(open_folder: Path) -> None:
    make(open_folder, "shut/b.jpg", "shut/deep/c.jpg")
    (open_folder / "shut").chmod(0o000)
    assert walk_unprivileged(open_folder, "shut/b.jpg") == "[] [b'shut']"
    assert walk_unprivileged(open_folder, "shut/deep") == "[] [b'shut']"

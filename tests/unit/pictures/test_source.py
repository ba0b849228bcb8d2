"""A file is opened once, never waited for, and must be the one that was found."""

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from photoseek.domain import FileStamp
from photoseek.errors import PictureError
from photoseek.pictures import reasons, source
from photoseek.pictures.results import FileMovedOnError
from photoseek.pictures.source import open_source
from tests.unit.pictures.conftest import stamp_of


@pytest.mark.parametrize(
    "name",
    ["plain.jpg", "two\nlines.jpg", "cat 🐈.jpg", "it's & #1 %20.jpg", "-rf.jpg"],
)
def test_any_name_is_read_and_hashed(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"some bytes")
    with open_source(os.fsencode(path), stamp_of(path)) as opened:
        assert opened.md5 == hashlib.md5(b"some bytes").digest()
        assert opened.stream.read() == b"some bytes"


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="names are Unicode there")
def test_a_name_that_is_no_utf_8_is_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9 \xff.jpg"
    with open(path, "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"x")
    with open_source(path, stamp_of(path)) as opened:
        assert opened.stream.read() == b"x"


def test_a_large_file_is_hashed_in_pieces_and_decoded_from_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_WHOLE_BYTES", 1000)
    path = tmp_path / "large.jpg"
    path.write_bytes(os.urandom(5000))
    with open_source(os.fsencode(path), stamp_of(path)) as opened:
        assert opened.md5 == hashlib.md5(path.read_bytes()).digest()
        assert opened.stream.read() == path.read_bytes()


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()
    with pytest.raises(PictureError, match="empty"), open_source(os.fsencode(path), stamp_of(path)):
        pass


def test_a_missing_file_has_moved_on(tmp_path: Path) -> None:
    with pytest.raises(FileMovedOnError), open_source(os.fsencode(tmp_path / "no.jpg"), FileStamp(1, 1)):
        pass


@pytest.mark.parametrize(
    "name",
    ["ENOTCONN", "ESTALE", "EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET", "ECONNREFUSED"],
)
def test_a_file_whose_disk_or_server_is_away_is_not_at_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(getattr(errno, name), "away")

    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileMovedOnError), open_source(os.fsencode(path), stamp_of(path)):
        pass


def test_a_file_with_another_stamp_has_moved_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    stamp = stamp_of(path)
    for other in (FileStamp(4, stamp.mtime_ns), FileStamp(5, stamp.mtime_ns + 1)):
        with pytest.raises(FileMovedOnError), open_source(os.fsencode(path), other):
            pass


def test_a_file_that_grows_while_it_is_read_has_moved_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    with pytest.raises(FileMovedOnError), open_source(os.fsencode(path), stamp_of(path)):
        _grow_and_look_broken(path)


def _grow_and_look_broken(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"6")
    raise PictureError("it looks broken, being half written")


def test_a_file_that_is_replaced_while_it_is_read_has_moved_on(tmp_path: Path) -> None:
    path, other = tmp_path / "a.jpg", tmp_path / "b.jpg"
    path.write_bytes(b"12345")
    other.write_bytes(b"another")
    with pytest.raises(FileMovedOnError), open_source(os.fsencode(path), stamp_of(path)):
        other.replace(path)


def test_a_file_that_is_deleted_while_it_is_read_has_moved_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    with pytest.raises(FileMovedOnError), open_source(os.fsencode(path), stamp_of(path)):
        path.unlink()


@pytest.mark.skipif(os.name == "nt", reason="no FIFOs")
def test_a_fifo_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    with pytest.raises(PictureError) as error, open_source(os.fsencode(path), None):
        pass
    assert error.value.message == reasons.NOT_A_FILE


@pytest.mark.skipif(os.name == "nt", reason="no FIFOs")
def test_a_fifo_that_takes_a_files_place_at_the_last_moment_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    honest = source._refuse_special
    calls: list[os.stat_result] = []

    def look_away_once(status: os.stat_result) -> None:
        calls.append(status)
        if len(calls) > 1:
            honest(status)

    monkeypatch.setattr(source, "_refuse_special", look_away_once)
    with pytest.raises(PictureError), open_source(os.fsencode(path), None):
        pass


def test_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(PictureError), open_source(os.fsencode(path), None):
            pass


_READ_AS_NOBODY = """
import os, sys
from photoseek.errors import PictureError
from photoseek.pictures.source import open_source
if os.geteuid() == 0:
    os.setuid(65534)
try:
    with open_source(os.fsencode(sys.argv[1]), None):
        print("it could be read")
except PictureError as error:
    print(error.message)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions are of another kind")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = tmp_path / "private.jpg"
    path.write_bytes(b"x")
    path.chmod(0)
    command = [sys.executable, "-c", _READ_AS_NOBODY, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == reasons.NO_PERMISSION

"""The shapes: cheap to load, and there and back without a loss."""

import subprocess
import sys
from datetime import datetime
from hashlib import md5

import msgspec
import pytest

import photoseek.api
from photoseek.api import answers, wire
from photoseek.domain import ContentId, Md5, Photo, PhotoFile, PictureFacts


def photo_at(*files: PhotoFile, facts: PictureFacts | None = None) -> Photo:
    return Photo(ContentId(1), Md5(md5(b"").digest()), 3, facts or PictureFacts("PNG", 1, 2), list(files))


def test_reading_answers_loads_neither_server_nor_arrays() -> None:
    code = "import sys, photoseek.api.wire; print([name for name in ('aiohttp', 'numpy') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_room_offers_what_it_names_and_nothing_else() -> None:
    for name in photoseek.api.__all__:
        assert getattr(photoseek.api, name)
    with pytest.raises(AttributeError):
        photoseek.api.nothing  # noqa: B018


@pytest.mark.parametrize("path", [b"/a/b.jpg", b"/a/\xff\xfe.jpg", "/é/😀".encode(), b"/new\nline", b"/\xed\xa0\x80"])
def test_a_path_goes_there_and_back(path: bytes) -> None:
    body = answers.photo_body(photo_at(PhotoFile(path, 1, True, 3, 0)))
    sent = msgspec.json.encode(body)
    assert wire.real_path(msgspec.json.decode(sent, type=wire.PhotoBody)) == path
    assert (b'"path_bytes"' in sent) == (b"\xff" in path or b"\xed\xa0" in path)


def test_what_is_unknown_is_an_empty_string_and_a_missing_number_null() -> None:
    body = msgspec.to_builtins(answers.photo_body(photo_at(PhotoFile(b"/a", 1, False, 3, 0))))
    assert [name for name, value in body.items() if value is None] == ["latitude", "longitude", "stack"]
    assert (body["taken_at"], body["utc_offset"], body["camera"], body["state"]) == ("", "", "", "offline")


@pytest.mark.parametrize("mtime_ns", [-(2**63), 2**63 - 1, -1, 0])
def test_a_file_time_that_no_calendar_has_costs_only_itself(mtime_ns: int) -> None:
    body = answers.photo_body(photo_at(PhotoFile(b"/a", 1, True, 3, mtime_ns)))
    assert body.paths[0].modified_at == "" or body.paths[0].modified_at.endswith("Z")


def test_the_first_years_have_four_digits() -> None:
    facts = PictureFacts("PNG", 1, 2, taken_at=datetime(5, 1, 1))  # noqa: DTZ001 - a picture's local time
    assert answers.photo_body(photo_at(PhotoFile(b"/a", 1, True, 3, 0), facts=facts)).taken_at == "0005-01-01T00:00:00"


def test_copies_are_all_named_the_preferred_one_first() -> None:
    files = [PhotoFile(b"/a/x.jpg", 1, True, 3, 0), PhotoFile(b"/b/y.jpg", 2, False, 3, 0)]
    body = answers.photo_body(photo_at(*files))
    assert (body.copies, body.name, body.folder_id) == (2, "x.jpg", 1)
    assert [(place.path, place.state) for place in body.paths] == [("/a/x.jpg", "online"), ("/b/y.jpg", "offline")]

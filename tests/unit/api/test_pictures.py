"""Thumbnails and files over HTTP: ranges, caching, names that try to break out of their header."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from photoseek.api.sending import BadRangeError, disposition, parse_range, picture_type
from photoseek.pictures import BusyDecodersError
from tests.unit.api.conftest import BYTES, Http, SmallLibrary, make_photo

SIZE = len(BYTES)
IMMUTABLE = "private, max-age=31536000, immutable"


async def test_too_many_thumbnails_at_once_are_429_and_it_is_said_when_to_ask_again(
    http: Http, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> tuple[Path, int]:
        raise BusyDecodersError("Too many pictures are being asked for at once.", "Ask again.")

    photo_id = put(library, b"a.jpg")
    monkeypatch.setattr(library, "thumbnail", busy)
    status, answer, body = await http.ask("GET", f"/api/v1/photos/{photo_id}/thumbnail")
    assert (status, answer.headers["Retry-After"], json.loads(body)["error"]["code"]) == (429, "2", "busy")


async def test_a_smaller_thumbnail_that_stands_in_is_not_kept_for_the_right_one(
    http: Http, library: SmallLibrary
) -> None:
    photo_id = put(library, b"a.jpg")
    library.largest_thumbnail_px = 256
    _, answer, _ = await http.ask("GET", f"/api/v1/photos/{photo_id}/thumbnail?size=1024")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer.headers


def put(library: SmallLibrary, name: bytes, format_name: str = "JPEG", content: bytes = BYTES) -> str:
    path = library.folder / os.fsdecode(name)
    path.write_bytes(content)
    return library.add(make_photo(bytes(path), content=content, format_name=format_name))


@pytest.fixture
def photo_id(library: SmallLibrary) -> str:
    return put(library, b"beach.jpg")


async def test_the_file_comes_whole_with_its_type_and_name(http: Http, photo_id: str) -> None:
    status, answer, body = await http.ask("GET", f"/api/v1/photos/{photo_id}/file")
    assert (status, body) == (200, BYTES)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == "inline; filename=\"beach.jpg\"; filename*=UTF-8''beach.jpg"
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert answer.headers["ETag"] == f'"{photo_id}"'
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("0-0", 0, 1),
        ("10-19", 10, 20),
        ("5000-", 5000, SIZE),
        ("-100", SIZE - 100, SIZE),
        ("-99999", 0, SIZE),
        ("100-999999", 100, SIZE),
    ],
)
async def test_a_range_is_sent_as_asked(http: Http, photo_id: str, asked: str, start: int, end: int) -> None:
    headers = {"Range": f"bytes={asked}"}
    status, answer, body = await http.ask("GET", f"/api/v1/photos/{photo_id}/file", headers=headers)
    assert (status, body) == (206, BYTES[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"


@pytest.mark.parametrize("asked", [f"{SIZE}-", "999999-1000000", "-0"])
async def test_a_range_behind_the_end_is_refused_in_the_error_shape(http: Http, photo_id: str, asked: str) -> None:
    path = f"/api/v1/photos/{photo_id}/file"
    status, body = await http.json("GET", path, headers={"Range": f"bytes={asked}"})
    assert (status, body["error"]["code"]) == (416, "bad_range")
    _, answer, _ = await http.ask("GET", path, headers={"Range": f"bytes={asked}"})
    assert answer.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "header", ["", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=\u0663-", "bytes=x-"]
)
def test_a_range_that_is_not_understood_is_ignored(header: str) -> None:
    assert parse_range(header, 10) is None


def test_no_range_lies_in_an_empty_file() -> None:
    with pytest.raises(BadRangeError):
        parse_range("bytes=0-", 0)


async def test_a_range_of_another_version_sends_all(http: Http, photo_id: str) -> None:
    path = f"/api/v1/photos/{photo_id}/file"
    assert (await http.ask("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"other"'}))[0] == 200
    assert (await http.ask("GET", path, headers={"Range": "bytes=0-9", "If-Range": f'"{photo_id}"'}))[0] == 206


@pytest.mark.parametrize("size", [256, 512, 1024])
async def test_a_thumbnail_has_the_size_asked_for_and_may_be_kept(http: Http, photo_id: str, size: int) -> None:
    status, answer, body = await http.ask("GET", f"/api/v1/photos/{photo_id}/thumbnail?size={size}")
    assert (status, body) == (200, BYTES[:size])
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["ETag"] == f'"{photo_id}-{size}"'
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("size", ["100", "0256", "", "256&size=512", "-256", "2048"])
async def test_no_other_sizes(http: Http, photo_id: str, size: str) -> None:
    assert (await http.json("GET", f"/api/v1/photos/{photo_id}/thumbnail?size={size}"))[0] == 400


@pytest.mark.parametrize("tags", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
@pytest.mark.parametrize("which", ["file", "thumbnail"])
async def test_what_the_client_has_is_not_sent_again(
    http: Http, library: SmallLibrary, photo_id: str, tags: str, which: str
) -> None:
    etag = photo_id if which == "file" else f"{photo_id}-256"
    headers = {"If-None-Match": tags.format(etag)}
    status, answer, body = await http.ask("GET", f"/api/v1/photos/{photo_id}/{which}", headers=headers)
    assert (status, body) == (304, b"")
    assert answer.headers["ETag"] == f'"{etag}"'
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert all(what[0] == "photo" for what in library.asked), "no thumbnail was made for nothing"


async def test_another_etag_gets_the_picture(http: Http, photo_id: str) -> None:
    headers = {"If-None-Match": f'"{photo_id}-512"'}
    assert (await http.ask("GET", f"/api/v1/photos/{photo_id}/thumbnail", headers=headers))[0] == 200


async def test_an_unknown_photo_is_404_even_with_a_star(http: Http) -> None:
    for which in ("", "/file", "/thumbnail"):
        status, body = await http.json("GET", f"/api/v1/photos/{'0' * 32}{which}", headers={"If-None-Match": "*"})
        assert (status, body["error"]["code"]) == (404, "not_found")


async def test_head_has_the_headers_and_no_body(http: Http, photo_id: str) -> None:
    status, answer, body = await http.ask("HEAD", f"/api/v1/photos/{photo_id}/file", headers={"Range": "bytes=0-9"})
    assert (status, body, answer.headers["Content-Length"]) == (200, b"", str(SIZE))


@pytest.mark.parametrize(
    "name",
    [
        b'a"; filename="evil.html.jpg',
        b"a\r\nSet-Cookie: x=1\r\n\r\n<script>.jpg",
        b"a\nb.jpg",
        b"\xff\xfe.jpg",
        "strand \U0001f3d6 café.jpg".encode(),
        "photo\u202egpj.exe.jpg".encode(),
        b"back\\slash%2f.jpg",
        b"; ,.jpg",
        "line\u2028end\x85.jpg".encode(),
        b"a" * 251 + b".jpg",
    ],
)
async def test_no_name_breaks_out_of_its_header(http: Http, library: SmallLibrary, name: bytes) -> None:
    photo_id = put(library, name)
    status, answer, body = await http.ask("GET", f"/api/v1/photos/{photo_id}/file")
    assert (status, body) == (200, BYTES)
    assert "Set-Cookie" not in answer.headers
    value = answer.headers["Content-Disposition"]
    assert value.isascii()
    assert value.isprintable()
    assert value.count('"') == 2
    assert value.startswith('inline; filename="')


def test_a_name_in_other_letters_comes_whole() -> None:
    assert disposition("café 1.jpg".encode()).endswith("filename*=UTF-8''caf%C3%A9%201.jpg")
    assert 'filename="caf_ 1.jpg"' in disposition("café 1.jpg".encode())


@pytest.mark.parametrize("format_name", ["HTML", "SVG", "text/html", "", "PDF"])
async def test_a_format_that_is_no_picture_is_never_shown_as_a_page(
    http: Http, library: SmallLibrary, format_name: str
) -> None:
    photo_id = put(library, b"page.html", format_name)
    _, answer, _ = await http.ask("GET", f"/api/v1/photos/{photo_id}/file")
    assert answer.headers["Content-Type"] == "application/octet-stream" == picture_type(format_name)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_touched_file_is_sent_but_not_kept_and_a_changed_one_is_not_sent(
    http: Http, photo_id: str, tmp_path: Path
) -> None:
    os.utime(tmp_path / "beach.jpg", ns=(1, 1))
    status, answer, _ = await http.ask("GET", f"/api/v1/photos/{photo_id}/file")
    assert (status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer.headers
    (tmp_path / "beach.jpg").write_bytes(b"another picture")
    assert (await http.json("GET", f"/api/v1/photos/{photo_id}/file"))[0] == 404


@pytest.mark.parametrize("instead", ["nothing", "folder", "pipe"])
async def test_what_is_no_file_any_more_is_404(http: Http, photo_id: str, tmp_path: Path, instead: str) -> None:
    path = tmp_path / "beach.jpg"
    path.unlink()
    if instead == "folder":
        path.mkdir()
    elif instead == "pipe":
        os.mkfifo(path)
    status, body = await http.json("GET", f"/api/v1/photos/{photo_id}/file")
    assert (status, body["error"]["code"]) == (404, "not_found")


async def test_a_packed_neighbour_is_not_sent_instead(http: Http, photo_id: str, tmp_path: Path) -> None:
    (tmp_path / "beach.jpg.gz").write_bytes(b"other")
    headers = {"Accept-Encoding": "gzip, br"}
    _, answer, body = await http.ask("GET", f"/api/v1/photos/{photo_id}/file", headers=headers)
    assert body == BYTES
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v1/photos/..%2f..%2fetc%2fpasswd/file", "/api/v1/photos/%2e%2e/file"])
async def test_a_path_in_place_of_an_id_finds_nothing(http: Http, path: str) -> None:
    sent = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{http.port}\r\nAuthorization: {http.own['Authorization']}\r\n"
    answer = await http.raw(f"{sent}Connection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404 ")


async def test_who_goes_away_before_the_answer_is_no_error_in_the_log(
    http: Http, photo_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real_prepare = web.StreamResponse.prepare

    async def go_away_first(self: web.StreamResponse, request: web.BaseRequest) -> Any:
        assert request.transport is not None
        request.transport.close()
        return await real_prepare(self, request)

    with monkeypatch.context() as patch:
        patch.setattr(web.StreamResponse, "prepare", go_away_first)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await http.ask("GET", f"/api/v1/photos/{photo_id}/file")
    assert (await http.json("GET", "/api/v1/status"))[0] == 200
    assert [record.message for record in caplog.records if record.levelno >= logging.INFO] == []


async def test_a_file_that_becomes_shorter_ends_the_connection_and_not_the_server(
    http: Http, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id = put(library, b"shrinks.jpg", content=BYTES * 10)
    monkeypatch.setattr("photoseek.api.sending._CHUNK_BYTES", 1000)
    real_write = web.StreamResponse.write

    async def shrink_first(self: web.StreamResponse, data: bytes) -> None:
        os.truncate(library.folder / "shrinks.jpg", 12_000)
        await real_write(self, data)

    monkeypatch.setattr(web.StreamResponse, "write", shrink_first)
    with pytest.raises(aiohttp.ClientPayloadError):
        await http.ask("GET", f"/api/v1/photos/{photo_id}/file")
    assert (await http.json("GET", "/api/v1/status"))[0] == 200

"""Forms with files: what comes in, what is refused, and that nothing stays behind."""

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from photoseek.api import connections, receiving
from photoseek.domain import Query, SearchAnswer
from photoseek.errors import NoRoomError
from photoseek.library import ModelChangedError
from tests.unit.api.conftest import TOKEN, Http, SmallLibrary, client_of, serve_small

PHOTOS = "/api/v1/photos"


def form(*files: tuple[str | None, bytes], field: str = "files") -> aiohttp.FormData:
    data = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, content in files:
        data.add_field(field, content, filename=name, content_type="image/jpeg")
    return data


def body(*lines: bytes) -> bytes:
    return b"\r\n".join(lines)


FILE = b'Content-Disposition: form-data; name="files"; filename="a.jpg"'


def left(library: SmallLibrary) -> list[Path]:
    """What lies where files come in."""
    return list((library.folder / "inbox").iterdir()) if (library.folder / "inbox").exists() else []


async def post(http: Http, sent: bytes, content_type: str = "multipart/form-data; boundary=x") -> tuple[int, Any]:
    return await http.json("POST", PHOTOS, data=sent, headers={"Content-Type": content_type})


async def test_files_arrive_whole_in_their_order_with_name_and_hash(http: Http, library: SmallLibrary) -> None:
    contents = [b"first", bytes(range(256)) * 3000, b"\r\n--x\r\n--x--\r\n", b""]
    files = [(f"ü {number} %22.jpg", content) for number, content in enumerate(contents)]
    status, answer = await http.json("POST", PHOTOS, data=form(*files))
    assert status == 200
    assert library.came_in == contents
    assert [one["name"] for one in answer["files"]] == [f'ü {number} ".jpg' for number in range(4)]
    assert answer["files"][0] == {
        "name": 'ü 0 ".jpg', "status": "added", "id": hashlib.md5(b"first").hexdigest(), "path": "/uploads/\ufffd.jpg",
        "path_bytes": "L3VwbG9hZHMv/y5qcGc=", "reason": "",
    }  # fmt: skip
    assert left(library) == []


async def test_a_file_over_the_limit_is_rejected_by_itself_and_the_others_are_taken(
    http: Http, library: SmallLibrary
) -> None:
    files = [("small.jpg", b"small"), ("large.jpg", bytes(1_000_001)), ("fits.jpg", bytes(1_000_000))]
    status, answer = await http.json("POST", PHOTOS, data=form(*files))
    assert status == 200
    assert [one["status"] for one in answer["files"]] == ["added", "rejected", "added"]
    assert answer["files"][1] | {"reason": ""} == {
        "name": "large.jpg", "status": "rejected", "id": "", "path": "", "reason": ""
    }  # fmt: skip
    assert "1 MB" in answer["files"][1]["reason"]
    assert [len(content) for content in library.came_in] == [5, 0, 1_000_000]


async def test_a_file_is_written_down_while_it_comes_and_never_beyond_the_limit(
    http: Http, library: SmallLibrary
) -> None:
    def written() -> int:
        return sum(path.stat().st_size for path in (library.folder / "inbox").glob("*/*"))

    sizes: list[int] = []

    async def sent() -> AsyncIterator[bytes]:
        yield body(b"--x", FILE, b"", b"")
        yield bytes(600_000)
        await until(lambda: written() > 300_000)
        for _ in range(40):
            yield bytes(100_000)
            sizes.append(written())
        yield body(b"", b"--x--", b"")

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    status, answer = await http.json("POST", PHOTOS, data=sent(), headers=headers)
    assert (status, answer["files"][0]["status"]) == (200, "rejected")
    assert max(sizes) <= 1_000_000


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no form",
        body(b"--x--", b""),  # no field at all
        body(b"--x", FILE, b"", b"cut off"),
        body(b"--x", FILE, b"", b"cut off", b"--y--"),
        body(b"--x", FILE),
        body(b"--x", b"no header", b"", b"abc", b"--x--", b""),
        body(b"--x", b"Content-Disposition: form-data", b"", b"abc", b"--x--", b""),
        body(b"--x", b'Content-Disposition: form-data; name="other"', b"", b"abc", b"--x--", b""),
        body(b"--x", b"Content-Type: multipart/mixed; boundary=y", b"", b"--y", b"", b"a", b"--y--", b"--x--", b""),
        body(b"--x", b"X: " + b"a" * 20_000, b"", b"abc", b"--x--", b""),
        body(b"--x", *[b"X: a"] * 200, b"", b"abc", b"--x--", b""),
        body(b"--x", b'Content-Disposition: form-data; name="_charset_"', b"", b"a" * 99, b"--x--", b""),
        body(b"--x", b'Content-Disposition: form-data; name="files"; filename=""', b"", b"", b"--x--", b""),
    ],
)
async def test_a_malformed_form_is_400_and_leaves_nothing(http: Http, library: SmallLibrary, sent: bytes) -> None:
    status, answer = await post(http, sent)
    assert (status, answer["error"]["code"]) == (400, "bad_request")
    assert library.came_in == []
    assert left(library) == []


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 99])
async def test_a_form_without_a_usable_boundary_is_400(http: Http, content_type: str) -> None:
    status, answer = await post(http, body(b"--x", FILE, b"", b"abc", b"--x--", b""), content_type)
    assert (status, answer["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("content_type", ["application/json", "image/jpeg", "multipart/mixed; boundary=x", ""])
async def test_what_is_no_form_is_415(http: Http, library: SmallLibrary, content_type: str) -> None:
    status, answer = await post(http, b"{}", content_type or "application/octet-stream")
    assert (status, answer["error"]["code"]) == (415, "not_json")
    status, answer = await http.json("POST", PHOTOS, data=form(("a", b"a")), headers={"Content-Encoding": "gzip"})
    assert (status, answer["error"]["code"]) == (415, "not_json")
    assert library.came_in == []


BAD_HEADERS = (
    b"Content-Disposition: form-data; name=files; filename=secret name.jpg",
    b"Content-Disposition: secret;;=",
    b"Content-Disposition: form-data; name=\"files\"; filename*=utf-7''secret",
)


@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")
@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionParam")
async def test_a_header_that_can_not_be_understood_is_400_and_nobody_learns_the_name_in_it(
    http: Http, library: SmallLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    for line in BAD_HEADERS[:2]:
        status, answer = await post(http, body(b"--x", line, b"", b"abc", b"--x--", b""))
        assert (status, answer["error"]["code"]) == (400, "bad_request")
        assert "secret" not in str(answer)
    await post(http, body(b"--x", FILE.replace(b"a.jpg", b"secret.jpg"), b"", b"abc"))
    assert "secret" not in caplog.text


def test_what_aiohttp_warns_of_in_a_header_is_not_printed() -> None:
    code = (
        "import photoseek.api.receiving, aiohttp.multipart as multipart\n"
        f"for line in {[line.decode().partition(': ')[2] for line in BAD_HEADERS]!r}:\n"
        "    multipart.parse_content_disposition(line)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("", "")


async def test_too_many_files_are_413(http: Http, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MAX_FILES", 3)
    assert (await http.json("POST", PHOTOS, data=form(*[("a.jpg", b"a")] * 3)))[0] == 200
    status, answer = await http.json("POST", PHOTOS, data=form(*[("a.jpg", b"a")] * 4))
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert left(library) == []


async def test_a_connection_that_breaks_off_leaves_nothing_behind(http: Http, library: SmallLibrary) -> None:
    head = f"POST {PHOTOS} HTTP/1.1\r\nHost: 127.0.0.1:{http.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", http.port)
    writer.write(head.encode() + body(b"--x", FILE, b"", b"a" * 50_000))
    await writer.drain()
    await until(lambda: any((library.folder / "inbox").glob("*/*")))
    writer.transport.abort()
    await until(lambda: not left(library))
    assert library.came_in == []


async def test_a_sender_that_falls_silent_is_given_up(
    http: Http, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_SILENCE_S", 0.2)
    monkeypatch.setattr(connections, "_LINGERING_S", 0.1)
    head = f"POST {PHOTOS} HTTP/1.1\r\nHost: 127.0.0.1:{http.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n"
    answer = await http.raw(head.encode() + body(b"--x", FILE, b"", b"a" * 50_000))
    assert b" 408 " in answer.splitlines()[0]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_slow"
    assert left(library) == []


async def test_too_many_forms_at_once_are_429_and_there_is_room_again_afterwards(
    http: Http, library: SmallLibrary
) -> None:
    go_on = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield body(b"--x", FILE, b"", b"abc")
        await go_on.wait()
        yield body(b"", b"--x--", b"")

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    slow = [asyncio.create_task(http.json("POST", PHOTOS, data=slowly(), headers=headers)) for _ in range(8)]
    await until(lambda: len(left(library)) == 8)
    status, answer, sent = await http.ask("POST", PHOTOS, data=form(("b.jpg", b"b")))
    assert (status, json.loads(sent)["error"]["code"], answer.headers["Retry-After"]) == (429, "busy", "2")
    go_on.set()
    assert [status for status, _ in await asyncio.gather(*slow)] == [200] * 8
    assert (await http.json("POST", PHOTOS, data=form(("b.jpg", b"b"))))[0] == 200


async def test_a_disk_that_is_full_is_507(http: Http, library: SmallLibrary) -> None:
    library.failure = NoRoomError("The disk is full.", "Make room.")
    status, answer = await http.json("POST", PHOTOS, data=form(("a.jpg", b"a")))
    assert (status, answer["error"]) == (507, {"code": "no_room", "message": "The disk is full.", "hint": "Make room."})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
async def test_a_disk_that_fills_up_while_a_file_comes_in_is_507(
    http: Http, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_create", lambda path: open("/dev/full", "wb", buffering=0))  # noqa: PTH123, SIM115
    status, answer = await http.json("POST", PHOTOS, data=form(("a.jpg", b"a" * 100)))
    assert (status, answer["error"]["code"], answer["error"]["message"]) == (507, "no_room", "The disk is full.")


SEARCH = "/api/v1/search"


def search_form(picture: bytes | None = b"picture", **texts: str) -> aiohttp.FormData:
    data = form(("x.jpg", picture), field="image") if picture is not None else form()
    for name, text in texts.items():
        data.add_field(name, text)
    return data


async def test_a_picture_is_searched_with_alone_or_with_words(http: Http, library: SmallLibrary) -> None:
    status, answer = await http.json("POST", SEARCH, data=search_form())
    assert (status, answer["query"]["text"]) == (200, "")
    assert (await http.json("POST", SEARCH, data=search_form(query="", cursor="")))[0] == 200
    texts = {"query": "dog - people", "limit": "7", "cursor": "abc", "min_relevance": "0.5", "explain": "true"}
    status, answer = await http.json("POST", SEARCH, data=search_form(b"picture", **texts))
    assert (status, answer["query"]["text"]) == (200, "dog - people")
    assert answer["query"]["explained"]["picture"] is True
    (_, alone), _, (_, with_words) = (what for what in library.asked if what[0] == "search")
    assert (alone.terms, alone.limit, alone.cursor) == ((), 50, None)
    assert alone.picture.vector.tolist() == pytest.approx([0.6, 0.8])
    assert [term.text for term in with_words.terms] == ["dog", "people"]
    assert (with_words.limit, with_words.cursor, with_words.min_relevance) == (7, "abc", 0.5)
    assert with_words.picture is not None
    assert left(library) == []


class ChangingLibrary(SmallLibrary):
    """Another model takes over between the look at a picture and the search for it."""

    changes = 1

    async def search(self, query: Query) -> SearchAnswer:
        if self.changes:
            self.changes -= 1
            raise ModelChangedError("The model was changed while the picture was looked at.")
        return await super().search(query)


async def test_a_picture_is_looked_at_once_more_where_another_model_took_over_meanwhile(tmp_path: Path) -> None:
    library = ChangingLibrary(tmp_path)
    async with serve_small(library) as url, client_of(url) as http:
        assert (await http.json("POST", SEARCH, data=search_form(b"picture")))[0] == 200
    assert library.came_in == [b"picture", b"picture"]
    assert left(library) == []


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (search_form(b"<html>"), 422, "bad_picture"),
        (search_form(bytes(1_000_001)), 413, "too_large"),
        (search_form(None, query="dog"), 400, "bad_request"),
        (search_form(b"picture", limit="0"), 400, "bad_request"),
        (search_form(b"picture", limit="many"), 400, "bad_request"),
        (search_form(b"picture", colour="red"), 400, "bad_request"),
        (search_form(b"picture", query="camera:"), 400, "bad_query"),
        (search_form(b"picture", query="a" * 4097), 400, "bad_query"),
        (search_form(b"picture", query="a" * 70_000), 413, "too_large"),
        (form(("a.jpg", b"picture"), ("b.jpg", b"picture"), field="image"), 400, "bad_request"),
    ],
    ids=str,
)
async def test_what_can_not_be_searched_with_is_said(
    http: Http, library: SmallLibrary, sent: aiohttp.FormData, status: int, code: str
) -> None:
    got, answer = await http.json("POST", SEARCH, data=sent)
    assert (got, answer["error"]["code"]) == (status, code)
    assert [what for what in library.asked if what[0] == "search"] == []
    assert left(library) == []


async def until(holds: Any) -> None:
    """Wait until something is so that nobody sends an event for."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.005)

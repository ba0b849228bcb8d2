"""The ways in over HTTP: links, keys of pages, a new token; and the files of the page."""

import asyncio
import errno
import gzip
import html
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from photoseek.api.entrance import Entrance
from photoseek.api.page import read_page
from tests.unit.api.conftest import NEW_TOKEN, PAGE, TOKEN, Http, SmallLibrary, client_of, serve_small

NOBODY = {"Authorization": ""}
STATUS = "/api/v1/status"


async def make_link(http: Http) -> dict[str, Any]:
    status, link = await http.json("POST", "/api/v1/links")
    assert status == 201
    return dict(link)


async def enter(http: Http, link: dict[str, Any]) -> tuple[int, Any]:
    code = link["url"].partition("#code=")[2]
    return await http.json("POST", "/api/v1/keys", json={"code": code}, headers=NOBODY)


def files(library: SmallLibrary) -> list[Path]:
    return sorted((library.folder / "runtime").glob("*.html"))


async def test_a_link_lets_one_page_in_and_its_file_is_private_and_gone_after_that(
    http: Http, library: SmallLibrary
) -> None:
    link = await make_link(http)
    assert link["url"].startswith(f"{http.url}/#code=")
    assert [str(path) for path in files(library)] == [link["file"]]
    file = Path(link["file"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert link["url"] in file.read_text()

    status, body = await enter(http, link)
    assert status == 201
    assert not file.exists()
    shown = {"Authorization": f"Bearer {body['key']}"}
    assert (await http.json("GET", STATUS, headers=shown))[0] == 200

    status, body = await enter(http, link)
    assert (status, body["error"]["code"]) == (403, "bad_link")


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("?q=night%20sky%20%2B%20%22%23code%3Dx%22", "?q=night+sky+%2B+%22%23code%3Dx%22"),
        ("?view=problems", "?view=problems"),
        ("?q=&view=", ""),
    ],
)
async def test_a_link_can_lead_to_a_search_or_a_view(http: Http, asked: str, place: str) -> None:
    status, link = await http.json("POST", f"/api/v1/links{asked}")
    assert status == 201
    assert link["url"].startswith(f"{http.url}/{place}#code=")
    assert html.escape(link["url"]) in Path(link["file"]).read_text()
    assert (await enter(http, link))[0] == 201


async def test_a_link_takes_no_longer_search_than_a_query_may_be(http: Http) -> None:
    assert (await http.json("POST", f"/api/v1/links?q={'d' * 4096}"))[0] == 201
    status, body = await http.json("POST", f"/api/v1/links?q={'d' * 4097}")
    assert (status, body["error"]["code"]) == (400, "bad_request")


async def test_a_link_leads_to_no_view_that_there_is_not(http: Http) -> None:
    status, body = await http.json("POST", "/api/v1/links?view=elsewhere")
    assert (status, body["error"]["code"]) == (400, "bad_request")


async def test_without_a_key_there_is_no_link_and_no_new_token(http: Http, library: SmallLibrary) -> None:
    for path in ("/api/v1/links", "/api/v1/token/renew"):
        assert (await http.json("POST", path, headers=NOBODY))[0] == 401
    assert files(library) == []


async def test_the_file_of_a_link_that_nobody_used_is_removed(
    http: Http, library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.api.entrance.LINK_LASTS_S", 0.01)
    removed = asyncio.Event()
    forget = Entrance._forget

    def forget_and_tell(entrance: Entrance, code: str) -> None:
        forget(entrance, code)
        removed.set()

    monkeypatch.setattr(Entrance, "_forget", forget_and_tell)
    file = Path((await make_link(http))["file"])
    await removed.wait()
    assert not file.exists()


async def test_files_of_links_end_with_the_daemon_and_those_of_a_killed_one_go_at_the_start(
    library: SmallLibrary,
) -> None:
    left = library.folder / "runtime" / "open-0123abcd.html"
    left.parent.mkdir()
    left.touch()
    other = left.with_name("other.html")
    other.touch()
    async with serve_small(library) as url, client_of(url) as http:
        assert files(library) == [other]
        await make_link(http)
        assert len(files(library)) == 2
    assert files(library) == [other]


async def test_a_new_token_is_taken_at_once_and_shuts_out_the_old_one_and_all_pages(
    http: Http, library: SmallLibrary
) -> None:
    page = (await enter(http, await make_link(http)))[1]["key"]
    unused = await make_link(http)
    assert await http.json("POST", "/api/v1/token/renew") == (200, {"renewed": True})
    for key in (TOKEN, page):
        assert (await http.json("GET", STATUS, headers={"Authorization": f"Bearer {key}"}))[0] == 401
    assert (await http.json("GET", STATUS, headers={"Authorization": f"Bearer {NEW_TOKEN}"}))[0] == 200
    assert (await enter(http, unused))[0] == 403
    assert files(library) == []


async def test_on_a_full_disk_there_is_no_new_link_nor_token_and_the_old_token_fits(
    library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("photoseek.durable.write", full)
    async with serve_small(library, new_token=full) as url, client_of(url) as http:
        for path in ("/api/v1/links", "/api/v1/token/renew"):
            status, body = await http.json("POST", path)
            assert (status, body["error"]["code"]) == (507, "no_room"), path
        assert (await http.json("GET", STATUS))[0] == 200


async def test_the_token_is_told_to_who_has_a_key_and_nobody_keeps_the_answer(http: Http) -> None:
    page = (await enter(http, await make_link(http)))[1]["key"]
    for key, told in ((TOKEN, TOKEN), (page, TOKEN)):
        status, answer, body = await http.ask("GET", "/api/v1/token", headers={"Authorization": f"Bearer {key}"})
        assert (status, json.loads(body)) == (200, {"token": told})
        assert answer.headers["Cache-Control"] == "no-store"
    assert (await http.json("GET", "/api/v1/token", headers=NOBODY))[0] == 401
    assert (await http.json("GET", f"/api/v1/token?token={TOKEN}", headers=NOBODY))[0] == 401
    await http.json("POST", "/api/v1/token/renew")
    renewed = {"Authorization": f"Bearer {NEW_TOKEN}"}
    assert await http.json("GET", "/api/v1/token", headers=renewed) == (200, {"token": NEW_TOKEN})


async def test_the_page_is_open_and_closed_to_all_but_its_own_files(http: Http) -> None:
    for file in PAGE:
        packed, unpacked = {"Accept-Encoding": "br, gzip"} | NOBODY, {"Accept-Encoding": ""} | NOBODY
        status, answer, body = await http.ask("GET", file.path, headers=packed)
        assert (answer.headers["Content-Encoding"], gzip.decompress(body)) == ("gzip", file.body)
        status, answer, body = await http.ask("GET", file.path, headers=unpacked)
        assert (status, answer.content_type, body) == (200, file.media_type, file.body)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        unchanged = {"If-None-Match": answer.headers["ETag"]} | unpacked
        assert (await http.ask("GET", file.path, headers=unchanged))[0] == 304
    for path in ("/index.html", "/app.js/", "/app", "//app.js", "/APP.js", "/app.js%00"):
        assert (await http.ask("GET", path, headers=NOBODY))[0] == 401, path
    for path in (
        "/.",
        "/./app.js",
        "/x/../app.js",
        "/x/..%2fapp.js",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/app.js",
        "/%61pp.js",
    ):
        sent = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{http.port}\r\nConnection: close\r\n\r\n"
        assert (await http.raw(sent.encode())).split(b" ")[1] == b"401", path


FOLLOWED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


async def test_a_link_elsewhere_leads_to_the_page_and_to_nothing_else(http: Http) -> None:
    assert (await http.ask("GET", "/", headers=FOLLOWED))[0] == 200
    assert (await http.ask("GET", "/?q=beach", headers=FOLLOWED))[0] == 200
    assert (await http.ask("POST", "/", headers=FOLLOWED))[0] == 403
    assert (await http.ask("GET", "/", headers=FOLLOWED | {"Origin": "null"}))[0] == 403
    for path in ("/app.js", "/healthz", STATUS, "/api/v1/photos"):
        assert (await http.ask("GET", path, headers=FOLLOWED))[0] == 403
    for name, value in (("Dest", "iframe"), ("Dest", "image"), ("Mode", "no-cors"), ("Mode", "cors")):
        assert (await http.ask("GET", "/", headers=FOLLOWED | {f"Sec-Fetch-{name}": value}))[0] == 403


def test_only_the_page_s_kinds_of_files_are_read_and_no_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_page(tmp_path / "nothing") == []
    assert "not installed as a whole" in caplog.text
    for name in ("index.html", "app.js", "app.js~", "notes.txt", ".hidden", "style.css"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder.js").mkdir()
    assert [(file.path, file.body) for file in read_page(tmp_path)] == [
        ("/app.js", b"app.js"),
        ("/", b"index.html"),
        ("/style.css", b"style.css"),
    ]

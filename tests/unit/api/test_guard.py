"""The guard and the one error shape, over every route and every cause."""

import asyncio
import json
import logging
from typing import Any

import aiohttp
import pytest

from photoseek.api.sending import SECURITY_HEADERS
from tests.unit.api.conftest import TABLE, TOKEN, Http, SmallLibrary, serve_small

ROUTES = [(route.method, route.path.replace("{id}", "1" * 32)) for route in TABLE]
PRIVATE = [(method, path) for (method, path), route in zip(ROUTES, TABLE, strict=True) if not route.open]
JSON_ONLY = [
    (method, path)
    for (method, path), route in zip(ROUTES, TABLE, strict=True)
    if method != "GET" and (route.body is not None or route.form is None)
]
WITH_JSON = [(method, path) for (method, path), route in zip(ROUTES, TABLE, strict=True) if route.body is not None]
NOWHERE = [("GET", "/index.html"), ("GET", "/api/v1/nothing"), ("POST", "/api"), ("GET", "/docs"), ("GET", "//evil/")]
SECRETS = ("holiday", TOKEN, "/home/")


def check_shape(answer: aiohttp.ClientResponse, body: bytes, code: str) -> None:
    assert answer.content_type == "application/json"
    parsed = json.loads(body)
    assert list(parsed) == ["error"]
    assert list(parsed["error"]) == ["code", "message", "hint"]
    assert all(isinstance(value, str) for value in parsed["error"].values())
    assert parsed["error"]["code"] == code
    assert not any(secret in body.decode() for secret in SECRETS)
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert not any(name.startswith("Access-Control") for name in answer.headers)


async def refused(http: Http, method: str, path: str, status: int, code: str, **more: Any) -> aiohttp.ClientResponse:
    found, answer, body = await http.ask(method, path, **more)
    assert found == status
    if method != "HEAD":
        check_shape(answer, body, code)
    return answer


@pytest.mark.parametrize(("method", "path"), ROUTES + NOWHERE)
async def test_a_wrong_host_is_refused_before_all_else(http: Http, method: str, path: str) -> None:
    for host in ("evil.example", "127.0.0.1", f"127.0.0.1:{http.port + 1}", f"evil.example:{http.port}", "[::1]", ""):
        await refused(http, method, path, 421, "wrong_host", headers={"Host": host, "Origin": "http://evil.example"})
    more: dict[str, str] = {"Host": "evil.example", "Authorization": "Bearer wrong"}
    await refused(http, method, path, 421, "wrong_host", headers=more)


@pytest.mark.parametrize(("method", "path"), ROUTES + NOWHERE)
async def test_a_foreign_origin_is_refused_before_the_token_is_asked(http: Http, method: str, path: str) -> None:
    origins = ["http://evil.example", "null", f"http://127.0.0.1:{http.port + 1}", "http://127.0.0.1", ""]
    for origin in [*origins, f"https://127.0.0.1:{http.port}", f"http://localhost:{http.port}"]:
        headers = {"Origin": origin, "Authorization": "Bearer wrong"}
        await refused(http, method, path, 403, "foreign_origin", headers=headers)
    for site in ("cross-site", "same-site", "Cross-Site", "odd"):
        await refused(http, method, path, 403, "foreign_origin", headers={"Sec-Fetch-Site": site})


@pytest.mark.parametrize(("method", "path"), PRIVATE + NOWHERE)
async def test_without_the_token_nothing_is_told(http: Http, method: str, path: str, library: SmallLibrary) -> None:
    wrong = [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \xff",
    ]
    for value in wrong:
        answer = await refused(http, method, path, 401, "unauthorized", headers={"Authorization": value})
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="photoseek"'
    for name in ("token", "access_token", "key"):
        await refused(http, method, f"{path}?{name}={TOKEN}", 401, "unauthorized", headers={"Authorization": ""})
    await refused(http, method, path, 401, "unauthorized", headers={"Authorization": "", "Cookie": f"token={TOKEN}"})
    assert library.asked == []


async def test_both_names_of_this_computer_and_its_own_origin_pass(http: Http) -> None:
    for host in (f"127.0.0.1:{http.port}", f"localhost:{http.port}", f"LocalHost:{http.port}"):
        headers = {"Host": host, "Origin": f"http://{host.lower()}", "Sec-Fetch-Site": "same-origin"}
        assert (await http.json("GET", "/api/v1/status", headers=headers))[0] == 200
    assert (await http.json("GET", "/api/v1/status", headers={"Sec-Fetch-Site": "none"}))[0] == 200
    assert (await http.json("GET", "/api/v1/status", headers={"Authorization": f"bearer {TOKEN}"}))[0] == 200


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_wrong_method_is_405_and_says_which_are_right(http: Http, method: str, path: str) -> None:
    allowed = {right for right, other in ROUTES if other == path} | ({"HEAD"} if ("GET", path) in ROUTES else set())
    for wrong in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} - allowed:
        answer = await refused(http, wrong, path, 405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(",")) == allowed


@pytest.mark.parametrize(("method", "path"), NOWHERE)
async def test_no_route_is_404(http: Http, method: str, path: str) -> None:
    await refused(http, method, path, 404, "not_found")


@pytest.mark.parametrize(("method", "path"), WITH_JSON)
async def test_a_body_over_64_kib_is_413(http: Http, method: str, path: str, library: SmallLibrary) -> None:
    async def pieces() -> Any:
        for _ in range(80):
            yield b" " * 1024

    headers = {"Content-Type": "application/json"}
    await refused(http, method, path, 413, "too_large", data=b" " * (64 * 1024 + 1), headers=headers)
    await refused(http, method, path, 413, "too_large", data=pieces(), headers=headers)
    assert library.asked == []


@pytest.mark.parametrize(("method", "path"), JSON_ONLY)
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonx"],
)
async def test_what_a_form_can_send_is_415(http: Http, method: str, path: str, content_type: str) -> None:
    takes_files = path.endswith("/search") and content_type.startswith("multipart")
    status, code = (400, "bad_request") if takes_files else (415, "not_json")  # this one is no form with files either
    await refused(http, method, path, status, code, data=b"{}", headers={"Content-Type": content_type})
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    await refused(http, method, path, 415, "not_json", data=b"{}", headers=packed)


@pytest.mark.parametrize(("method", "path"), WITH_JSON)
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"holiday": 1}', b"[" * 60_000),
        b'{"query": "\\ud800"}',
        b'{"query": "a", "path": "/a", "action": "pause", "holiday": 1}',
        b'{"action": 1, "path": 1, "query": 1}',
    ],
)
async def test_a_body_that_can_not_be_is_400(
    http: Http, method: str, path: str, body: bytes, library: SmallLibrary
) -> None:
    found, answer, sent = await http.ask(method, path, data=body, headers={"Content-Type": "application/json"})
    assert found == 400
    assert json.loads(sent)["error"]["code"] == "bad_request"
    assert answer.content_type == "application/json"
    assert library.asked == []


@pytest.mark.parametrize("body", ["{}", '{"query": ""}', '{"query": " "}'])
async def test_a_search_for_nothing_is_400(http: Http, body: str) -> None:
    await refused(
        http, "POST", "/api/v1/search", 400, "bad_query", data=body, headers={"Content-Type": "application/json"}
    )


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=a%00b", "bad_query"),
        ("q=%ED%A0%80", "bad_request"),
        ("q=%FF", "bad_request"),
        ("q=a&q=b", "bad_request"),
        ("q=a&limit=0", "bad_request"),
        ("q=a&limit=1001", "bad_request"),
        ("q=a&limit=-1", "bad_request"),
        ("q=a&limit=x", "bad_request"),
        ("q=a&limit=", "bad_request"),
        ("q=a&min_relevance=nan", "bad_request"),
        ("q=a&min_relevance=1.1", "bad_request"),
        ("q=a&nosuch=1", "bad_request"),
        ("Q=a", "bad_request"),
        ("", "bad_request"),
        ("&".join(f"p{number}=1" for number in range(100)), "bad_request"),
    ],
)
async def test_parameters_that_can_not_be_are_400(http: Http, library: SmallLibrary, query: str, code: str) -> None:
    sent = f"GET /api/v1/search?{query} HTTP/1.1\r\nHost: 127.0.0.1:{http.port}\r\nConnection: close\r\n"
    answer = await http.raw(f"{sent}Authorization: Bearer {TOKEN}\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["error"]["code"] == code
    assert library.asked == []


@pytest.mark.parametrize(("method", "path"), PRIVATE)
async def test_an_unknown_parameter_is_named_with_the_known_ones(http: Http, method: str, path: str) -> None:
    status, body = await http.json(method, f"{path}?nosuch=1", **({"json": {}} if method == "POST" else {}))
    if path.endswith("/search") and method == "GET":
        assert "q, limit, cursor" in body["error"]["hint"]
    assert status == 400
    assert "nosuch" in body["error"]["message"] or path.endswith("/search")


@pytest.mark.parametrize("cursor", ["x", "-1", "1.0", "9223372036854775808", "%D9%A3", "1" * 40, "+1"])
@pytest.mark.parametrize("path", ["/api/v1/photos", "/api/v1/problems"])
async def test_a_cursor_that_is_none_of_ours_is_400(http: Http, path: str, cursor: str) -> None:
    await refused(http, "GET", f"{path}?cursor={cursor}", 400, "bad_request")


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /api/v1/search?q=holiday\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00holiday",
        b"GET /" + b"holiday" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"holiday" * 5000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon holiday\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: holiday\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_the_shape_and_is_not_logged(
    http: Http, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await http.raw(sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.")
    assert b" 400 " in head.partition(b"\r\n")[0]
    assert json.loads(body)["error"]["code"] == "bad_request"
    assert b"holiday" not in answer
    assert b"nosniff" in head
    assert "holiday" not in caplog.text


@pytest.mark.parametrize(
    "target", ["http://evil.example/healthz", "evil.example:80", "http://evil.example/api/v1/status"]
)
async def test_another_host_in_the_address_is_refused(http: Http, target: str) -> None:
    method = "CONNECT" if target.endswith(":80") else "GET"
    sent = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{http.port}\r\nConnection: close\r\n\r\n"
    assert (await http.raw(sent.encode())).startswith(b"HTTP/1.1 421 ")


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1:{}", "evil.example"], ["127.0.0.1:{}", "127.0.0.1:{}"]])
async def test_none_or_several_hosts_are_refused(http: Http, hosts: list[str]) -> None:
    lines = "".join(f"Host: {host.format(http.port)}\r\n" for host in hosts)
    answer = await http.raw(f"GET /healthz HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
    assert answer.split(b" ", 2)[1] in {b"421", b"400"}


@pytest.mark.parametrize(
    ("host", "expectation", "status"),
    [("evil.example", "odd", b"421"), ("127.0.0.1:{}", "odd", b"417"), ("evil.example", "100-continue", b"421")],
)
async def test_an_expectation_does_not_pass_the_guard(http: Http, host: str, expectation: str, status: bytes) -> None:
    lines = f"Host: {host.format(http.port)}\r\nAuthorization: Bearer {TOKEN}\r\nExpect: {expectation}\r\n"
    answer = await http.raw(f"GET /api/v1/status HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] == status
    assert "error" in json.loads(body)


async def test_two_authorizations_count_as_none(http: Http) -> None:
    lines = f"Host: 127.0.0.1:{http.port}\r\nAuthorization: Bearer {TOKEN}\r\nAuthorization: Bearer x\r\n"
    answer = await http.raw(f"GET /api/v1/status HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
    assert answer.split(b" ", 2)[1] in {b"400", b"401"}


async def test_good_answers_carry_the_same_headers(http: Http, library: SmallLibrary) -> None:
    for path in ("/healthz", "/api/v1/status", "/api/v1/search?q=x"):
        _, answer, _ = await http.ask("GET", path)
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_search_leaves_no_word_in_the_log(http: Http, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await http.json("GET", "/api/v1/search?q=holiday")
    await http.json("GET", "/api/v1/search?q=holiday&holiday=1")
    assert "holiday" not in caplog.text
    assert TOKEN not in caplog.text


async def test_it_listens_on_loopback_only_and_takes_another_port_when_its_own_is_taken(library: SmallLibrary) -> None:
    async with serve_small(library) as first:
        port = int(first.rpartition(":")[2])
        assert first == f"http://127.0.0.1:{port}"
        async with serve_small(library, port) as second:
            assert second != first
    async with serve_small(library, port) as again:
        assert again == first, "its own port, when it is free"


async def test_it_listens_at_one_address_only(http: Http) -> None:
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.2", http.port)


async def test_an_end_does_not_wait_for_a_request_that_hangs(library: SmallLibrary) -> None:
    begun = asyncio.Event()

    class SlowLibrary(SmallLibrary):
        async def rescan(self) -> None:
            begun.set()
            await asyncio.Event().wait()

    async with serve_small(SlowLibrary(library.folder)) as url, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        asked = asyncio.ensure_future(
            session.post(f"{url}/api/v1/indexing", json={"action": "rescan"}, headers=headers)
        )
        await begun.wait()
    with pytest.raises(aiohttp.ClientError):
        await asked


async def test_a_body_that_does_not_come_is_given_up(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photoseek.api.reading._BODY_TIMEOUT_S", 0.01)
    monkeypatch.setattr("photoseek.api.connections._LINGERING_S", 0)
    lines = f"Host: 127.0.0.1:{http.port}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
    answer = await http.raw(f"POST /api/v1/search HTTP/1.1\r\n{lines}Content-Length: 9\r\n\r\n{{".encode())
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_slow"

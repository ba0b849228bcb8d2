"""How many, how long: connections that say nothing, that dribble, that are too many; searches that wait."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from photoseek.api import connections
from photoseek.api.connections import MOST_CONNECTIONS
from photoseek.domain import Query, SearchAnswer
from tests.unit.api.conftest import TOKEN, Http, SmallLibrary, client_of, serve_small

HALF_OPEN = 300
ANSWERS_WITHIN_S = 10.0
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def test_three_hundred_half_open_connections_leave_it_answering(http: Http) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(HALF_OPEN):
            _, writer = await stack.enter_async_context(connected(http.port))
            writer.write(b"GET /api/v1/status HTTP/1.1\r\nHost: ")
        started = time.monotonic()
        assert (await http.json("GET", "/api/v1/status"))[0] == 200
        assert time.monotonic() - started < ANSWERS_WITHIN_S


async def test_who_has_no_key_holds_no_connection_that_another_needs(http: Http) -> None:
    lines = f"Host: 127.0.0.1:{http.port}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{"
    async with AsyncExitStack() as stack:
        for _ in range(HALF_OPEN):  # this one is open to everybody, and waits for its body
            _, writer = await stack.enter_async_context(connected(http.port))
            writer.write(f"POST /api/v1/keys HTTP/1.1\r\n{lines}".encode())
        assert (await http.json("GET", "/api/v1/status"))[0] == 200


async def test_of_too_many_connections_the_oldest_that_asks_for_nothing_is_closed(http: Http) -> None:
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(connected(http.port)) for _ in range(MOST_CONNECTIONS + 2)]
        for reader, _ in streams[:2]:
            assert await reader.read() == b""
        lines = f"Host: 127.0.0.1:{http.port}\r\nConnection: close\r\n\r\n"
        for reader, writer in streams[2:]:
            writer.write(f"GET /healthz HTTP/1.1\r\n{lines}".encode())
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")


class BusyLibrary(SmallLibrary):
    """Searches until it is told to end."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun = asyncio.Semaphore(0)
        self.end = asyncio.Event()

    async def search(self, query: Query) -> SearchAnswer:
        self.begun.release()
        await self.end.wait()
        return await super().search(query)


async def begin(library: BusyLibrary, http: Http, count: int) -> list[asyncio.Task[tuple[int, object]]]:
    """So many searches that are under way."""
    tasks = [asyncio.create_task(http.json("GET", "/api/v1/search?q=x")) for _ in range(count)]
    for _ in range(count):
        await library.begun.acquire()
    return tasks


async def test_one_search_too_many_is_told_when_to_come_again(library: SmallLibrary) -> None:
    busy = BusyLibrary(library.folder)
    async with serve_small(busy) as url, client_of(url) as http:
        tasks = await begin(busy, http, 64)
        for method, more in (("GET", {}), ("POST", {"json": {"query": "x"}})):
            path = "/api/v1/search" + ("?q=x" if method == "GET" else "")
            status, answer, body = await http.ask(method, path, **more)
            assert (status, json.loads(body)["error"]["code"]) == (429, "busy")
            assert int(answer.headers["Retry-After"]) > 0
        assert (await http.json("GET", "/api/v1/status"))[0] == 200, "all else is answered"
        busy.end.set()
        assert [status for status, _ in await asyncio.gather(*tasks)] == [200] * 64
        assert (await http.json("GET", "/api/v1/search?q=x"))[0] == 200


async def test_where_every_connection_is_at_work_a_new_one_is_told_so(
    library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)
    busy = BusyLibrary(library.folder)
    async with serve_small(busy) as url, client_of(url) as http:
        tasks = await begin(busy, http, 3)
        async with connected(http.port) as (reader, _):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"Retry-After: 2" in head
        assert b"nosniff" in head
        assert json.loads(body)["error"]["code"] == "crowded"
        busy.end.set()
        assert [status for status, _ in await asyncio.gather(*tasks)] == [200] * 3


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: x"])
async def test_headers_that_do_not_come_end_the_connection(
    library: SmallLibrary, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "_KEEPALIVE_S", 0.05)
    async with serve_small(library) as url, client_of(url) as http:
        assert await http.raw(sent) == b""


async def test_headers_that_dribble_end_the_connection_too(
    library: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_KEEPALIVE_S", 0.2)
    async with serve_small(library) as url, client_of(url) as http, connected(http.port) as (reader, writer):
        writer.write(b"GET /healthz HTTP/1.1\r\nX: ")
        closed = asyncio.create_task(reader.read())
        while not closed.done():
            writer.write(b"x")
            await asyncio.wait({closed}, timeout=0.02)
        assert closed.exception() is not None or closed.result() == b""


async def test_an_idle_connection_is_closed(library: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_KEEPALIVE_S", 0.5)  # long enough for a request that is on its way
    async with serve_small(library) as url, client_of(url) as http:
        lines = f"Host: 127.0.0.1:{http.port}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        assert (await http.raw(f"GET /healthz HTTP/1.1\r\n{lines}".encode())).startswith(b"HTTP/1.1 200 ")


async def test_an_address_of_64_kib_is_refused(http: Http) -> None:
    answer = await http.raw(b"GET /healthz?" + b"x" * 65536 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.split(b" ", 2)[1] == b"400"

"""Events on the wire: over a real connection, with the token, as a page's fetch reads them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import msgspec
import pytest
import pytest_asyncio

from photoseek.api import live, wire
from photoseek.domain import ContentId, IndexShift
from photoseek.library import events
from tests.unit.api.conftest import TOKEN, Http, SmallLibrary, serve_small

EVENTS = "/api/v1/events"
HEARTBEAT_S = 0.05


@pytest_asyncio.fixture
async def telling(library: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SmallLibrary]:
    """A library that tells what happens, without a pause."""
    monkeypatch.setattr(events, "TICK_S", 0.002)
    running = asyncio.create_task(library.events.run())
    yield library
    running.cancel()
    await asyncio.wait({running})


def come(library: SmallLibrary, *numbers: int) -> None:
    library.events.note(IndexShift(0, appeared=[ContentId(number) for number in numbers]))


class Stream:
    """What a client hears."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer
        self.comments = 0
        self.retry_ms = 0

    async def next(self) -> tuple[str, str, Any]:
        """The next event: its id, name and data."""
        fields: dict[str, str] = {}
        async for line in self.answer.content:
            name, colon, value = line.decode().rstrip("\n").partition(": ")
            self.comments += name == "" and colon == ": "
            self.retry_ms = int(value) if name == "retry" else self.retry_ms
            if name in ("id", "event", "data"):
                fields[name] = value
            elif not name and not colon and fields:
                return fields["id"], fields["event"], json.loads(fields["data"])
        raise EOFError

    async def until(self, event: str) -> tuple[str, Any]:
        """The id and the data of the next event of that name."""
        while (heard := await self.next())[1] != event:
            pass
        return heard[0], heard[2]


def listen(http: Http, **headers: str) -> Any:
    return http.session.get(http.url + EVENTS, headers=http.own | headers)


async def test_a_client_hears_the_state_and_then_what_changes(http: Http, telling: SmallLibrary) -> None:
    async with listen(http) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        stream = Stream(answer)
        heard = [await stream.next() for _ in range(3)]
        assert {event for _, event, _ in heard} == {"status", "folder", "progress"}
        assert stream.retry_ms > 0
        come(telling, 1, 2)
        number, photo = await stream.until("photo")
    assert photo["added"] == [f"{1:032x}", f"{2:032x}"]
    assert (photo["added_count"], photo["removed"], photo["seq"]) == (2, [], int(number))
    for _, event, data in [*heard, (number, "photo", photo)]:
        msgspec.convert(data, wire.EVENTS[event])


async def test_who_comes_back_goes_on_behind_the_last_event(http: Http, telling: SmallLibrary) -> None:
    async with listen(http) as answer:
        stream = Stream(answer)
        come(telling, 1)
        number, _ = await stream.until("photo")
    come(telling, 2)
    async with listen(http, **{"Last-Event-ID": number}) as answer:
        _, photo = await Stream(answer).until("photo")
    assert photo["added"] == [f"{2:032x}"]


@pytest.mark.parametrize("number", ["7", "99999999999999999999", "nonsense", "-1", "\u0663"])
async def test_an_unknown_last_event_begins_anew(http: Http, telling: SmallLibrary, number: str) -> None:
    async with listen(http, **{"Last-Event-ID": number}) as answer:
        _, status = await Stream(answer).until("status")
    assert status["reset"] is True


async def test_a_stream_that_is_quiet_shows_that_it_lives(telling: SmallLibrary) -> None:
    async with (
        serve_small(telling, heartbeat_s=HEARTBEAT_S) as url,
        aiohttp.ClientSession() as session,
        listen(Http(session, url)) as answer,
    ):
        stream = Stream(answer)
        for _ in range(3):
            await stream.next()
        quiet = asyncio.create_task(stream.next())
        while stream.comments < 2:
            assert not quiet.done()
            await asyncio.sleep(HEARTBEAT_S)
        quiet.cancel()


async def test_without_the_token_nobody_listens(http: Http, telling: SmallLibrary) -> None:
    async with http.session.get(f"{http.url}{EVENTS}?token={TOKEN}") as answer:
        assert answer.status == 401


async def test_a_stream_can_be_asked_to_end(http: Http, telling: SmallLibrary) -> None:
    status, answer, body = await http.ask("GET", EVENTS + "?seconds=0")
    assert (status, answer.content_type) == (200, "text/event-stream")
    assert body.count(b"event: ") == 3
    started = time.monotonic()
    await http.ask("GET", EVENTS + "?seconds=0.2")
    assert time.monotonic() - started >= 0.2
    assert (await http.json("GET", EVENTS + "?seconds=-1"))[0] == 400


async def test_the_head_of_a_stream_is_told_and_no_more(http: Http, telling: SmallLibrary) -> None:
    status, answer, body = await http.ask("HEAD", EVENTS)
    assert (status, answer.content_type, body) == (200, "text/event-stream", b"")


async def test_only_so_many_listen_at_once_and_a_place_is_free_again(
    http: Http, telling: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LISTENERS", 3)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await Stream(await stack.enter_async_context(listen(http))).next()
        status, answer, body = await http.ask("GET", EVENTS)
        assert (status, json.loads(body)["error"]["code"]) == (429, "busy")
        assert int(answer.headers["Retry-After"]) > 0
    for _ in range(100):  # long before the next heartbeat
        status, _, _ = await http.ask("GET", EVENTS + "?seconds=0")
        if status == 200:
            return
    pytest.fail("no place became free")


async def test_a_client_that_does_not_read_holds_up_nobody(http: Http, telling: SmallLibrary) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port)
    lines = [f"GET {EVENTS} HTTP/1.1", f"Host: 127.0.0.1:{http.port}", f"Authorization: Bearer {TOKEN}", "", ""]
    writer.write("\r\n".join(lines).encode())
    await reader.readline()
    async with listen(http) as answer:
        stream = Stream(answer)
        heard = 0
        while heard < 50_000:
            come(telling, *range(heard + 1, heard + 1001))
            heard += (await stream.until("photo"))[1]["added_count"]
    writer.close()
    await writer.wait_closed()
    assert heard == 50_000


async def test_all_streams_end_cleanly_when_the_daemon_stops(telling: SmallLibrary) -> None:
    async with AsyncExitStack() as clients:
        session = await clients.enter_async_context(aiohttp.ClientSession())
        async with serve_small(telling) as url:
            http = Http(session, url)
            streams = [Stream(await clients.enter_async_context(listen(http))) for _ in range(3)]
            for stream in streams:
                await stream.next()
            started = time.monotonic()
        took_s = time.monotonic() - started
        for stream in streams:
            with pytest.raises(EOFError):  # and no broken connection
                await stream.until("the end")
    assert took_s < 5


async def test_a_search_waits_for_what_it_is_told_to(http: Http, library: SmallLibrary) -> None:
    await http.json("GET", "/api/v1/search?q=x&wait_for=1001")
    await http.json("POST", "/api/v1/search", json={"query": "x", "wait_for": 1002})
    assert [asked for asked in library.asked if asked[0] == "wait_for"] == [("wait_for", 1001), ("wait_for", 1002)]
    assert [asked[0] for asked in library.asked] == ["wait_for", "search"] * 2


async def test_answers_carry_numbers_to_wait_for_that_go_up(http: Http, tmp_path: Any) -> None:
    numbers = [
        (await http.json("GET", "/api/v1/status"))[1]["seq"],
        (await http.json("POST", "/api/v1/folders", json={"path": str(tmp_path)}))[1]["seq"],
        (await http.json("POST", "/api/v1/indexing", json={"action": "rescan"}))[1]["seq"],
        (await http.json("POST", "/api/v1/problems/retry"))[1]["seq"],
    ]
    assert numbers == sorted(set(numbers))

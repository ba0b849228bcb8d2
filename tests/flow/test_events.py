"""From a file on the disk to the ear of a client, and to a search that waits for it: real files, rooms and HTTP."""

import asyncio
import json
import time
from collections import Counter
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from photoseek.api import serve
from photoseek.errors import NotYetError
from photoseek.library import arrival
from photoseek.library.events import TICK_S
from tests.flow.house import PATIENCE_S, House, open_house

TOKEN = "t" * 43
OWN = {"Authorization": f"Bearer {TOKEN}"}
BURST = 800
CLIENTS = 3


def paint(path: Path, number: int) -> Path:
    """A picture like no other."""
    color = (number % 256, number // 256 % 256, 90)
    Image.new("RGB", (8, 8), color).save(path)
    return path


def serve_house(house: House) -> AbstractAsyncContextManager[str]:
    return serve(house.library, TOKEN, 0, runtime=house.paths.runtime, new_token=lambda: TOKEN)


async def hear(session: aiohttp.ClientSession, url: str, vectors: int) -> list[tuple[str, Any]]:
    """All that a client is told until it knows that so many can be searched and nothing waits."""
    heard: list[tuple[str, Any]] = []
    event = ""
    async with session.get(f"{url}/api/v1/events", headers=OWN) as answer:
        async for line in answer.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                heard.append((event, json.loads(value)))
                if added(heard) >= vectors and is_over(heard, vectors):
                    return heard
    raise AssertionError("the stream ended")


def added(heard: list[tuple[str, Any]]) -> int:
    return sum(data["added_count"] - data["removed_count"] for event, data in heard if event == "photo")


def is_over(heard: list[tuple[str, Any]], vectors: int) -> bool:
    last = next(data for event, data in reversed(heard) if event == "progress")
    return bool(last["indexing"]["state"] == "idle" and last["counts"]["vectors"] == vectors)


async def search(session: aiohttp.ClientSession, url: str, **more: int) -> tuple[int, Any]:
    asked: dict[str, str | int] = {"q": "anything", "limit": 1000, **more}
    async with session.get(f"{url}/api/v1/search", params=asked, headers=OWN) as answer:
        return answer.status, await answer.json()


async def test_a_burst_of_files_is_told_by_the_clock_and_every_photo_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(BURST):
        paint(folder / f"{number}.png", number)
    async with (
        open_house(tmp_path / "own") as house,
        serve_house(house) as url,
        aiohttp.ClientSession() as session,
    ):
        started = time.monotonic()
        clients = [asyncio.create_task(hear(session, url, BURST)) for _ in range(CLIENTS)]
        await house.library.add_folder(str(folder))
        told = await asyncio.gather(*clients)
        ticks = (time.monotonic() - started) / TICK_S + 1
        looks = ticks + CLIENTS  # each that comes wants to see the state as it is, and the others hear of it
    for heard in told:
        assert added(heard) == BURST
        kinds = Counter(event for event, _ in heard)
        assert kinds["photo"] <= ticks
        assert all(kinds[event] <= looks for event in kinds)
        assert kinds["photo"] > 3


async def test_a_change_is_told_when_a_search_finds_it(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    paint(folder / "first.png", 1)
    async with open_house(tmp_path / "own") as house, house.library.listen(None) as listener:
        await house.add(folder)
        paint(folder / "second.png", 60_000)
        found: list[str] = []
        while len(found) < 2:
            photos = [event for event in await listener.next() if type(event).__name__ == "PhotosChanged"]
            if photos:
                await house.library.wait_for(photos[-1].seq)
                found = await house.names()
    assert sorted(found) == ["first.png", "second.png"]


async def test_a_search_waits_until_a_folder_has_been_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "PATIENCE_S", PATIENCE_S)
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(40):
        paint(folder / f"{number}.png", number)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    async with (
        open_house(tmp_path / "own") as house,
        serve_house(house) as url,
        aiohttp.ClientSession() as session,
    ):
        async with session.post(f"{url}/api/v1/folders", json={"path": str(folder)}, headers=OWN) as answer:
            added_at = (await answer.json())["seq"]
        status, body = await search(session, url, wait_for=added_at)
        assert (status, len(body["photos"])) == (200, 40)
        await add_and_rescan(house, folder, session, url)


async def add_and_rescan(house: House, folder: Path, session: aiohttp.ClientSession, url: str) -> None:
    """A file that nobody was told of is found by a rescan, whose number can be waited for."""
    paint(folder / "late.png", 50_000)
    async with session.post(f"{url}/api/v1/indexing", json={"action": "rescan"}, headers=OWN) as answer:
        scanned_at = (await answer.json())["seq"]
    status, body = await search(session, url, wait_for=scanned_at)
    assert status == 200
    assert "late.png" in [photo["name"] for photo in body["photos"]]


async def test_a_search_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "PATIENCE_S", 0.3)
    folder = tmp_path / "photos"
    folder.mkdir()
    async with (
        open_house(tmp_path / "own") as house,
        serve_house(house) as url,
        aiohttp.ClientSession() as session,
    ):
        await house.add(folder)
        await house.library.pause()
        paint(folder / "one.png", 1)
        await house.library.rescan()
        asked_at = house.library.mark()
        status, body = await search(session, url, wait_for=asked_at)
        assert (status, body["error"]["code"]) == (409, "not_yet")
        status, body = await search(session, url, wait_for=asked_at + 1000)
        assert (status, body["error"]["code"]) == (409, "not_yet")
        await house.library.resume()
        monkeypatch.setattr(arrival, "PATIENCE_S", PATIENCE_S)
        status, body = await search(session, url, wait_for=asked_at)
        assert (status, len(body["photos"])) == (200, 1)


async def test_a_number_that_was_reached_once_needs_no_waiting_later(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    paint(folder / "one.png", 1)
    async with open_house(tmp_path / "own") as house:
        await house.add(folder)
        reached = house.library.mark()
        await house.library.wait_for(reached)
        await house.library.pause()
        paint(folder / "two.png", 2)
        await house.library.rescan()
        await house.wait_until(lambda status: status.counts.waiting == 1)
        async with asyncio.timeout(1):
            await house.library.wait_for(reached)
        with pytest.raises(NotYetError):
            await house.library.wait_for(reached + 1_000_000)


async def test_numbers_go_up_over_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path / "own") as house:
        before = house.library.mark()
    async with open_house(tmp_path / "own") as house:
        assert house.library.mark() > before
        await house.library.wait_for(before)

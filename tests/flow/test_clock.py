"""A clock that jumps, as after sleep, a journey or a battery change, changes nothing."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from photoseek.library import upkeep
from tests.flow.house import PATIENCE_S, FakeEmbedder, House, open_house
from tests.flow.scenes import draw

HOUR_S = 3600.0
NOW_S = 1_700_000_000.0
PICTURES = 8
LOOKS = 20


class Clock:
    """Unix time, as a test sets it."""

    def __init__(self) -> None:
        self.now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PICTURES):
        draw(folder / f"{seed}.png", seed)
    for number, away_s in enumerate((-50 * 365 * 24 * HOUR_S, 10 * HOUR_S, 365 * 24 * HOUR_S)):
        os.utime(folder / f"{number}.png", (NOW_S + away_s, NOW_S + away_s))
    return folder


def count_calls(house: House, *names: str) -> Counter[str]:
    """How often these doors of the catalogue are asked, from now on."""
    calls: Counter[str] = Counter()

    def counted(name: str, door: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def ask(*args: object, **kwargs: object) -> object:
            calls[name] += 1
            return await door(*args, **kwargs)

        return ask

    for name in names:
        setattr(house.catalogue, name, counted(name, getattr(house.catalogue, name)))
    return calls


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is so that nobody sends an event for."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s"
        await asyncio.sleep(0.01)


async def some_looks(calls: Counter[str]) -> None:
    """Wait until the roots were looked at some more times."""
    enough = calls["folders"] + LOOKS
    await until(lambda: calls["folders"] >= enough)


async def test_hours_back_and_forth_delete_nothing_embed_nothing_and_spin_nothing(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_S", 0.02)
    clock = Clock()
    async with open_house(tmp_path / "home", clock=clock) as house:
        before = await house.add(photos)
        calls = count_calls(house, "folders", "record_changes")
        for hours in (7.0, -30.0, 0.5, 1000.0, -1000.0, 0.0):
            scans = calls["record_changes"]
            clock.now_s = NOW_S + hours * HOUR_S
            await some_looks(calls)
            await house.settle()
            assert calls["record_changes"] - scans <= 3, f"{hours} hours away it scans and scans"
            assert (await house.library.status()).counts == before
        draw(photos / "new.png", 99)
        assert (await house.rescan()).vectors == PICTURES + 1
        assert isinstance(house.embedder, FakeEmbedder)
        assert house.embedder.embedded == PICTURES + 1
        assert await house.catalogue.check() == []


async def test_after_the_clock_was_set_back_the_hourly_scan_still_comes(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_S", 0.02)
    clock = Clock()
    async with open_house(tmp_path / "home", clock=clock) as house:
        await house.add(photos)
        clock.now_s -= 1000 * HOUR_S
        calls = count_calls(house, "folders", "record_changes")
        await some_looks(calls)
        scans = calls["record_changes"]
        clock.now_s += 2 * HOUR_S
        await until(lambda: calls["record_changes"] > scans)


async def test_a_restart_under_another_clock_changes_nothing(tmp_path: Path, photos: Path) -> None:
    clock = Clock()
    async with open_house(tmp_path / "home", clock=clock) as house:
        before = await house.add(photos)
    for hours in (-500.0, 500.0):
        clock.now_s = NOW_S + hours * HOUR_S
        async with open_house(tmp_path / "home", clock=clock) as house:
            assert await house.settle() == before
            assert isinstance(house.embedder, FakeEmbedder)
            assert house.embedder.embedded == 0

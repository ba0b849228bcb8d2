"""Two hundred kills at random moments: nothing is lost, nothing is done twice."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from photoseek.catalogue import Catalogue
from tests.flow.house import FakeEmbedder, open_house
from tests.flow.mortals import name_of
from tests.flow.scenes import draw

REPOSITORY = Path(__file__).parents[2]
PICTURES = 400
HOMES = 2
"""Lives are mostly waiting; so two libraries die beside each other."""
KILLS = 200
LONGEST_LIFE_S = 0.7
"""The first vectors are stored after a third of a second; some lives end before anything, others in the midst of it."""
LONGER, SHORTER = 1.05, 0.9
"""After a life in which nothing was stored, or something: where the machine is busy it takes longer to get there."""


@contextmanager
def mortals(home: Path, photos: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.flow.mortals", str(home), str(photos)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            pipe(process.stdin).close()


def pipe(end: IO[str] | None) -> IO[str]:
    assert end is not None
    return end


def live(process: subprocess.Popen[str], seconds: float) -> str:
    pipe(process.stdin).write(f"{seconds}\n")
    pipe(process.stdin).flush()
    return pipe(process.stdout).readline().strip()


async def committed(home: Path, copy: Path) -> set[str]:
    """Vectors that are in the catalogue, looked up in a copy: the next life shall find what the last one left."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in (home / "data").glob("catalogue.sqlite3*"):
        shutil.copy(file, copy)
    if not (copy / "catalogue.sqlite3").exists():
        return set()
    catalogue = await Catalogue.open(copy / "catalogue.sqlite3")
    try:
        return {name_of(vector) for vector in (await catalogue.embeddings(FakeEmbedder().identity.key))[1]}
    finally:
        await catalogue.close()


def notes(home: Path) -> list[str]:
    file = home / "embedded"
    return file.read_text().split() if file.exists() else []


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.timeout(900)
async def test_two_hundred_kills_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    places = [tmp_path / str(number) for number in range(HOMES)]
    fruitful = await asyncio.gather(*(kill_again_and_again(place) for place in places))
    assert sum(fruitful) >= KILLS / 10, "most lives were too short to tell anything"


async def kill_again_and_again(place: Path) -> int:
    """Lives of one library; in how many of those that were killed something new was stored."""
    photos, home = place / "photos", place / "home"
    photos.mkdir(parents=True)
    chance = random.Random(place.name)
    kills = fruitful = drawn = 0
    longest_s = LONGEST_LIFE_S
    stored: set[str] = set()
    with mortals(home, photos) as process:
        while kills < KILLS / HOMES:
            while drawn < PICTURES and drawn < len(stored) + 200:  # something waits in every life, till the end
                draw(photos / f"{drawn}.png", drawn)
                drawn += 1
            before = len(notes(home))
            killed = await asyncio.to_thread(live, process, chance.uniform(0.02, longest_s)) == "killed"
            kills += killed
            embedded = notes(home)[before:]
            assert len(embedded) == len(set(embedded)), "twice in one life"
            assert not stored & set(embedded), "again after it was stored"
            now_stored = await committed(home, place / "copy")
            assert stored <= now_stored, "lost"
            bore = len(now_stored) > len(stored)
            fruitful += killed and bore
            longest_s = max(LONGEST_LIFE_S, longest_s * (SHORTER if bore else LONGER))
            stored = now_stored
            if len(stored) == PICTURES:
                stored = set()
                shutil.rmtree(home)
                shutil.rmtree(photos)
                photos.mkdir()
                drawn = 0
    await live_on(home, drawn, len(stored))
    return fruitful


async def live_on(home: Path, drawn: int, stored: int) -> None:
    """After the last kill all comes to its end."""
    async with open_house(home) as house:
        counts = await house.settle()
        assert (counts.photos, counts.contents, counts.vectors, counts.problems) == (drawn, drawn, drawn, 0)
        assert sorted(await house.names()) == sorted(f"{number}.png" for number in range(drawn))
        assert await house.catalogue.check() == []
        assert isinstance(house.embedder, FakeEmbedder)
        assert house.embedder.embedded == drawn - stored

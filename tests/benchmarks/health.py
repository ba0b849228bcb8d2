"""How soon ``/healthz`` answers while two clients search 100,000 vectors without a pause, beside a search in the loop.

That answer needs nothing but the event loop: so long does everything wait that goes through it. The library is a real
one, over HTTP, in a process of its own; only the model is none: a text's vector is drawn by chance, since in truth it
comes from another process. Run as a module of its own it is that process, or the two clients.
"""

import asyncio
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

from photoseek.api import serve
from photoseek.catalogue import Catalogue
from photoseek.domain import ModelIdentity, ModelStatus, PixelSpec
from photoseek.embedding import TextEmbedding
from photoseek.library import Library
from photoseek.pictures import PicturePool
from photoseek.settings import Settings
from photoseek.vectors import VectorIndex
from tests.benchmarks import rebuild
from tests.flow.house import OneModel

DIM = 512
ROUNDS = 3
PINGS = 400
BETWEEN_S = 0.01
GOAL_MS = 20.0
TOKEN = "t" * 43
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
WAYS = ("threads", "inline")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        asyncio.run(_prepare(home))
        times: dict[str, list[list[float]]] = {way: [] for way in (*WAYS, "quiet")}
        with _served(home, "threads") as threads, _served(home, "inline") as inline:
            for _ in range(ROUNDS):
                times["quiet"].append(_pings(threads))
                for way, url in (("threads", threads), ("inline", inline)):
                    with _process("search", url):
                        times[way].append(_pings(url))
    _print(times)


def _print(times: dict[str, list[list[float]]]) -> None:
    load = f"load of this machine {os.getloadavg()[0]:.1f}, " if hasattr(os, "getloadavg") else ""
    print(f"\n/healthz while two clients search {rebuild.PHOTOS:,} vectors of {DIM} without a pause")
    print(f"({load}{os.cpu_count()} processors; goal: p99 at most {GOAL_MS:.0f} ms)")
    print(f"{'search':10} {'p50':>9} {'p99':>9} {'worst':>9}")
    for way, name in (("quiet", "none"), ("threads", "ours"), ("inline", "in the loop")):
        every = [one for times_ in times[way] for one in times_]
        worst = max(every)
        print(f"{name:10} {statistics.median(every):6.1f} ms {_p99(every):6.1f} ms {worst:6.1f} ms")
    for name, measure in (("p50", statistics.median), ("p99", _p99)):
        ratios = [measure(a) / measure(b) for a, b in zip(times["inline"], times["threads"], strict=True)]
        words = ", ".join(f"{ratio:.1f}x" for ratio in ratios)
        print(f"in the loop / ours, {name}: {statistics.median(ratios):.1f}x   rounds: {words}")


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[-1]


def _pings(url: str) -> list[float]:
    """Milliseconds of each ``/healthz`` over one connection."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    taken = []
    for _ in range(PINGS):
        time.sleep(BETWEEN_S)
        started = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        taken.append((time.perf_counter() - started) * 1000)
    connection.close()
    return taken


@contextmanager
def _served(home: Path, way: str) -> Iterator[str]:
    """A process that answers searches in one of the ways; its url."""
    shutil.copytree(home / "data", home / way)
    with _process("serve", str(home / way), way) as url:
        yield url


@contextmanager
def _process(*args: str) -> Iterator[str]:
    """This module as a process, until it is no longer needed; the first line that it says."""
    command = [sys.executable, "-m", "tests.benchmarks.health", *args]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


async def _prepare(home: Path) -> None:
    (home / "data").mkdir()
    catalogue = await Catalogue.open(home / "data" / "catalogue.sqlite3")
    await rebuild.fill(catalogue, DIM)
    await catalogue.close()


class ChanceModel:
    """Draws the vector of a text by chance."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(2)

    async def identify(self) -> ModelIdentity:
        """As the catalogue was filled for."""
        pixels = PixelSpec("exact", 224, 224, 224, 224, 3, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
        return ModelIdentity("chance", rebuild.MODEL, DIM, pixels, batch=8, spec="chance")

    async def embed_text(self, text: str) -> TextEmbedding:
        """Whatever the text."""
        drawn = self._random.standard_normal(DIM).astype(np.float32)
        return TextEmbedding(drawn / np.linalg.norm(drawn), truncated=False)

    async def embed_pixels(self, pixels: Any) -> Any:
        """Nothing waits."""
        raise AssertionError("nothing waits to be embedded")

    embed_picture = embed_pixels

    async def close(self) -> None:
        """There is no process."""

    def status(self) -> ModelStatus:
        """It is there."""
        return ModelStatus("chance", "ready", DIM)


async def _run_inline(index: VectorIndex, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


async def _serve(home: Path, way: str) -> None:
    catalogue = await Catalogue.open(home / "catalogue.sqlite3")
    index = VectorIndex(home / "vectors")
    if way == "inline":
        index._run = partial(_run_inline, index)  # type: ignore[method-assign]
    pool = PicturePool(home / "thumbnails", home / "places", workers=1, max_megapixels=1, timeout_s=9, idle_s=9)
    library = Library(
        catalogue,
        index,
        pool,
        OneModel(ChanceModel()),
        Settings(),
        uploads=home / "uploads",
        looked_at=home / "looked-at",
        learnt=home / "models",
    )
    running = asyncio.create_task(library.run())
    (home / "runtime").mkdir(mode=0o700)
    async with serve(library, TOKEN, 0, runtime=home / "runtime", new_token=lambda: TOKEN) as url:
        async with aiohttp.ClientSession(headers=AUTHORISED) as session:
            await _search(session, url, "warm")
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)
    running.cancel()
    await asyncio.wait({running})
    await index.close()
    await catalogue.close()


async def _search_without_a_pause(url: str) -> None:
    async def client(number: int) -> None:
        for query in count():
            await _search(session, url, f"query {query} of client {number}")

    async with aiohttp.ClientSession(headers=AUTHORISED) as session:
        clients = [asyncio.create_task(client(number)) for number in range(2)]
        await _search(session, url, "the first")
        print("searching", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for one in clients:
            one.cancel()
        await asyncio.wait(clients)


async def _search(session: aiohttp.ClientSession, url: str, query: str) -> None:
    async with session.get(f"{url}/api/v1/search", params={"q": query}) as answer:
        assert answer.status == 200, await answer.text()
        await answer.read()


if __name__ == "__main__":
    role, *rest = sys.argv[1:]
    asyncio.run(_serve(Path(rest[0]), rest[1]) if role == "serve" else _search_without_a_pause(rest[0]))

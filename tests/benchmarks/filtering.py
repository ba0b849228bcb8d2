"""A search over 100,000 photos with and without filters: the catalogue's part, and the whole.

A real catalogue and a real index of 512 dimensions; what the model would take to read the query is not in it. Each
filter is measured in turn with a query without one, so that a noisy machine is noisy to both.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from photoseek.catalogue import Catalogue
from photoseek.domain import Changes, FileStamp, FoundFile, Indexed, Md5, PictureFacts, parse_query
from photoseek.embedding import TextEmbedding
from photoseek.library.index import LiveIndex
from photoseek.library.judging import Judge
from photoseek.library.searching import Searcher
from photoseek.vectors import VectorIndex
from tests.flow.house import FakeEmbedder

PHOTOS, DIM, ROUNDS = 100_000, 512, 15
FILTERS = {
    "folder:2023-??": "one folder in ten",
    "folder:2023-05": "1 %",
    "name:img_0000*7.jpg": "name",
    "name:*00007.jpg": "name, any beginning",
    "after:2019": "dates",
    "camera:eos": "camera",
    "type:png": "type",
    "orientation:portrait": "orientation",
    "name:img_000001.jpg name:img_050000.jpg name:img_099999.jpg": "3 photos",
    "folder:2023-?? camera:eos orientation:portrait after:2019": "four filters",
    "-folder:2023-05": "all but 1 %",
    "-name:img_0000*7.jpg": "all but 10",
}


class Words(FakeEmbedder):
    """A model that is done at once: a text's vector is drawn by its letters."""

    def __init__(self) -> None:
        super().__init__()
        self.identity = replace(self.identity, dim=DIM)

    async def embed_text(self, text: str) -> TextEmbedding:
        drawn = np.random.default_rng(list(text.encode())).standard_normal(DIM)
        return TextEmbedding((drawn / np.linalg.norm(drawn)).astype(np.float32), truncated=False)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        asyncio.run(_measure(Path(name)))


@asynccontextmanager
async def open_large(home: Path) -> AsyncIterator[tuple[Catalogue, Searcher]]:
    """A catalogue of 100,000 photos, and who answers from it."""
    model = Words()
    async with AsyncExitStack() as stack:
        catalogue = await Catalogue.open(home / "catalogue.sqlite3")
        stack.push_async_callback(catalogue.close)
        await fill_catalogue(catalogue, model.identity.key)
        vectors = VectorIndex(home / "vectors")
        stack.push_async_callback(vectors.close)
        index = LiveIndex(catalogue, vectors, model)
        following = asyncio.create_task(index.run())
        stack.callback(following.cancel)
        await index.answering()
        yield catalogue, Searcher(catalogue, index, Judge(home / "models"))


async def _measure(home: Path) -> None:
    async with open_large(home) as (catalogue, searcher):
        print(f"\nA search over {PHOTOS:,} photos of {DIM} dimensions, 20 hits, ms (medians of {ROUNDS})")
        print(f"{'filter':62} {'passing':>8} {'SQL':>7} {'search':>8} {'no filter':>10} {'list':>7}")
        for filters in FILTERS:
            parsed = parse_query(filters).filters
            passing = await catalogue.passing(parsed)
            sql, search, bare, listed = await in_turn(
                partial(catalogue.passing, parsed),
                *(
                    partial(searcher.search, replace(parse_query(text), limit=20))
                    for text in (f"a dog {filters}", "a dog", filters)
                ),
            )
            print(f"{filters:62} {len(passing):8,} {sql:7.1f} {search:8.1f} {bare:10.1f} {listed:7.1f}", flush=True)


async def in_turn(*questions: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each, one after the other, again and again."""
    times: list[list[float]] = [[] for _ in questions]
    for _, (place, question) in itertools.product(range(ROUNDS), enumerate(questions)):
        begun = time.perf_counter()
        await question()
        times[place].append((time.perf_counter() - begun) * 1000)
    return [statistics.median(one) for one in times]


async def fill_catalogue(catalogue: Catalogue, key: str) -> None:
    """A folder of 100,000 photos with vectors drawn by lot; the last six digits of a name are its content's MD5."""
    random = np.random.default_rng(1)
    folder = await catalogue.add_folder(b"/home/ann/Pictures")
    found = [FoundFile(_path(number), FileStamp(1000 + number, number)) for number in range(PHOTOS)]
    await catalogue.record_changes(folder.id, Changes(found), model_key=key)
    stored = 0
    while rows := await catalogue.waiting_files(2000):
        drawn = random.standard_normal((len(rows), DIM)).astype(np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        indexed = [
            Indexed(row.file_id, row.stamp, Md5(number.to_bytes(16, "big")), _facts(number), vector)
            for number, (row, vector) in enumerate(zip(rows, drawn, strict=True), stored)
        ]
        stored += len(rows)
        await catalogue.store(indexed, model_key=key)


def _path(number: int) -> bytes:
    """In 100 folders, one for a month and more, ten of them of 2023."""
    month = number % 100
    folder = f"2023-{month:02}" if month < 10 else f"{1920 + month}"
    return f"{folder}/IMG_{number:06}.jpg".encode()


def _facts(number: int) -> PictureFacts:
    taken = datetime(2005, 1, 1) + timedelta(hours=1.7 * (number * 7919 % PHOTOS))  # noqa: DTZ001 - local
    size = (4000, 3000) if number % 4 else (3000, 4000)
    cameras = ("Canon EOS 5D", "Apple iPhone 12", "NIKON D90", "")
    return PictureFacts("PNG" if number % 50 == 0 else "JPEG", *size, taken, cameras[number % 4])

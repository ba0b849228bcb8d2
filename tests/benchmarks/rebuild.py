"""How long the search index takes to be made again from the catalogue, beside reading its snapshot: 100,000 vectors.

The catalogue is a real one, filled through its own door; the vectors are as long as ViT-B/32's and ViT-L/14's.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import Changes, FileStamp, FoundFile, Indexed, Md5, PictureFacts
from photoseek.vectors import VectorIndex

PHOTOS = 100_000
BATCH = 1000
ROUNDS = 5
MODEL = "bench"


def main() -> None:
    """Print the table."""
    print(f"\nThe search index of {PHOTOS:,} photos at a start (medians of {ROUNDS}; target: made again within 1 s)")
    print(f"{'dimensions':>10} {'made again':>11} {'worst':>8} {'snapshot read':>15}")
    for dim in (512, 768):
        with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home:
            again, read = asyncio.run(_measure(Path(home), dim))
        median = statistics.median
        print(f"{dim:10} {median(again):9.2f} s {max(again):6.2f} s {median(read):13.2f} s", flush=True)


async def _measure(home: Path, dim: int) -> tuple[list[float], list[float]]:
    """Seconds to make the index again, and to read its snapshot, as often."""
    catalogue = await Catalogue.open(home / "catalogue.sqlite3")
    try:
        await fill(catalogue, dim)
        again, read = [], []
        for number in range(ROUNDS):
            folder = home / f"vectors {number}"
            again.append(await _open(catalogue, folder, dim, good=False))
            read.append(await _open(catalogue, folder, dim, good=True))
        return again, read
    finally:
        await catalogue.close()


async def _open(catalogue: Catalogue, folder: Path, dim: int, *, good: bool) -> float:
    """As a start of the daemon does it; then the snapshot is written."""
    index = VectorIndex(folder)
    started = time.perf_counter()
    found_good = await index.open(MODEL, dim, await catalogue.seq(), lambda: catalogue.embeddings(MODEL))
    seconds = time.perf_counter() - started
    assert (found_good, index.count) == (good, PHOTOS)
    await index.save()
    await index.close()
    return seconds


async def fill(catalogue: Catalogue, dim: int) -> None:
    """Photos with random vectors, through the catalogue's own door."""
    folder = await catalogue.add_folder(b"/photos")
    found = [FoundFile(b"%06d.jpg" % number, FileStamp(number, number)) for number in range(PHOTOS)]
    await catalogue.record_changes(folder.id, Changes(found), model_key=MODEL)
    facts = PictureFacts("JPEG", 4000, 3000)
    random = np.random.default_rng(1)
    while waiting := await catalogue.waiting_files(BATCH):
        vectors = _units(random, len(waiting), dim)
        indexed = [
            Indexed(file.file_id, file.stamp, Md5(file.file_id.to_bytes(16, "big")), facts, vector)
            for file, vector in zip(waiting, vectors, strict=True)
        ]
        await catalogue.store(indexed, model_key=MODEL)


def _units(random: np.random.Generator, number: int, dim: int) -> NDArray[np.float32]:
    rows = random.standard_normal((number, dim), np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows

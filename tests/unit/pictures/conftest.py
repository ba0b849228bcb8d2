"""What the tests of pictures share: a model's geometry, stamps, slow pictures, workers seen from outside."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from photoseek.domain import FileStamp, PixelSpec
from photoseek.pictures import PicturePool, decoding, memory

PATIENCE_S = 90.0
"""Workers give way to all other programs."""
WORKERS_BUDGET_BYTES = 800 << 20
"""What a picture may take in a worker that has just begun; this process, after a thousand tests, is no such one."""


@pytest.fixture(scope="session", autouse=True)
def prepared() -> Iterator[None]:
    """Pillow and the memory for a picture as they are in a worker; both are put back afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
        patch.setattr(memory, "budget_bytes", lambda: WORKERS_BUDGET_BYTES)
        decoding.prepare(200_000_000)
        yield


@pytest.fixture(scope="session")
def clip_224() -> PixelSpec:
    """CLIP's geometry."""
    return PixelSpec("shortest_edge", 224, 224, 224, 224, 3, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def stamp_of(path: Path | bytes) -> FileStamp:
    """The stamp of a file as a scan would see it."""
    status = os.stat(path)  # noqa: PTH116 - bytes too
    return FileStamp(status.st_size, status.st_mtime_ns)


@pytest.fixture(scope="session")
def slow_picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that takes seconds to decode and little to make."""
    path = tmp_path_factory.mktemp("slow") / "slow.png"
    Image.new("L", (14_000, 14_000), 128).save(path, compress_level=1)
    return path


def workers_of(pid: int | None = None) -> list[psutil.Process]:
    """Decode workers of a process, the newest last; multiprocessing's resource tracker is none."""
    found = []
    for child in psutil.Process(pid).children():
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.Error:
            continue
    return found


def has_open(process: psutil.Process, path: Path) -> bool:
    """Whether a process has the file open: a worker does while it decodes it."""
    try:
        return any(file.path == str(path) for file in process.open_files())
    except psutil.Error:
        return False


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is so that nobody sends an event for."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s"
        await asyncio.sleep(0.01)


@pytest.fixture
async def awkward_pool(tmp_path: Path) -> AsyncIterator[PicturePool]:
    """A pool of one worker."""
    async with PicturePool(
        tmp_path, tmp_path / "places", workers=1, max_megapixels=200, timeout_s=60, idle_s=60
    ) as pool:
        yield pool

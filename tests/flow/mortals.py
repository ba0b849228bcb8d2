"""Libraries that are killed, one after the other: ``python -m tests.flow.mortals HOME PHOTOS``.

Reads from stdin, a line a life, how many seconds it shall last; answers ``killed`` or ``done``. Each life is a fork of
this process, and pictures are decoded in threads of it: starting Python takes longer than most lives, and kills with
decode workers are ``crashing``'s. Every vector that the model hands out is written down
beforehand in HOME/embedded, a line a picture: the MD5 of its bytes.
"""

import asyncio
import hashlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.pictures import worker  # noqa: F401 - Pillow is loaded before the forks
from photoseek.pictures.processes import DecodeProcesses
from tests.flow.house import FakeEmbedder, open_house


class NotingEmbedder(FakeEmbedder):
    """Leaves a line for each picture, which outlives a kill."""

    def __init__(self, notes: Path) -> None:
        super().__init__()
        notes.parent.mkdir(exist_ok=True)
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        vectors = await super().embed_pixels(pixels)
        os.write(self._notes, "".join(f"{name_of(vector)}\n" for vector in vectors).encode())
        return vectors


def name_of(vector: NDArray[np.float32]) -> str:
    """What stands for a vector in the notes."""
    return hashlib.md5(vector.astype("<f4").tobytes()).hexdigest()


async def decode_here(_: DecodeProcesses, function: Callable[..., Any], *args: object) -> Any:
    """In place of a decode worker."""
    return await asyncio.to_thread(function, *args)


async def live(home: Path, photos: Path) -> None:
    """Take the photos in, as long as it lasts."""
    async with open_house(home, embedder=NotingEmbedder(home / "embedded")) as house:
        if not await house.library.folders():
            await house.library.add_folder(str(photos))
        await house.settle()


def live_and_die(home: Path, photos: Path, seconds: float) -> str:
    """One life."""
    child = os.fork()
    if not child:
        asyncio.run(live(home, photos))
        os._exit(0)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return "done"
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "killed"


if __name__ == "__main__":
    DecodeProcesses.run = decode_here  # type: ignore[assignment,method-assign]
    for line in sys.stdin:
        print(live_and_die(Path(sys.argv[1]), Path(sys.argv[2]), float(line)), flush=True)

"""A library that is killed at a given step: ``python -m tests.flow.crashing HOME PHOTOS STEP NTH``."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from photoseek import durable
from photoseek.settings import Settings
from tests.flow.house import House, open_house, spare_children

STEPS = (
    "before record_changes",
    "after record_changes",
    "after read",
    "after embed_pixels",
    "before store",
    "after store",
    "after add",
    "before record_copies",
    "after record_copies",
    "before stack",
    "after stack",
    "before record_problem",
    "after record_problem",
    "before save",
    "within save",
    "after save",
)


def die() -> None:
    """As a power cut would: no handler, no flush, no goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


def lay_a_trap(house: House, step: str, nth: int) -> None:
    """Make the process die at the ``nth`` time that it comes by ``step``."""
    when, name = step.split()
    if when == "within":
        durable.sync_folder = lambda folder: die()
        return
    room = {
        "read": house.pictures,
        "embed_pixels": house.embedder,
        "add": house.vectors,
        "save": house.vectors,
    }.get(name, house.catalogue)
    method: Callable[..., Awaitable[Any]] = getattr(room, name)
    left = [nth]

    async def trapped(*args: object, **kwargs: object) -> object:
        left[0] -= 1
        if left[0] <= 0 and when == "before":
            die()
        answer = await method(*args, **kwargs)
        if left[0] <= 0:
            die()
        return answer

    setattr(room, name, trapped)


async def main(home: str, photos: str, step: str, nth: str) -> None:
    """Take the photos in; come to an end only where the trap was not met."""
    async with open_house(Path(home), settings=Settings()) as house:
        lay_a_trap(house, step, int(nth))
        await house.add(Path(photos))


if __name__ == "__main__":
    spare_children()
    asyncio.run(main(*sys.argv[1:]))

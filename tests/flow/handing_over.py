"""A library that is killed between two models: ``python -m tests.flow.handing_over HOME STEP NTH``."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from photoseek.vectors import VectorIndex
from tests.flow.crashing import die
from tests.flow.house import House, spare_children
from tests.flow.two_models import answers_with, at_home, make_shelf, until

STEPS = (
    "after write_down",
    "before store",
    "after store",
    "before take_over",
    "within take_over",
    "after take_over",
    "after remember",
)


def lay_a_trap(house: House, step: str, nth: int) -> None:
    """Make the process die at the ``nth`` time that it comes by ``step``."""
    when, name = step.split()
    handover = house.library._handover
    if name == "write_down":
        keep = handover._keep

        def keep_and_die(name: str) -> None:
            keep(name)
            die()

        handover._keep = keep_and_die
        return
    if when == "within":
        VectorIndex.open = lambda *_: asyncio.to_thread(die)  # type: ignore[method-assign]
        return
    room: Any = {"take_over": house.library._index}.get(name, house.catalogue)
    method: Callable[..., Awaitable[Any]] = getattr(room, name)
    left = [nth]

    async def trapped(*args: Any, **kwargs: Any) -> Any:
        counts = name != "remember" or args == ("model.in_use", "new")
        left[0] -= counts
        if left[0] <= 0 and counts and when == "before":
            die()
        answer = await method(*args, **kwargs)
        if left[0] <= 0 and counts:
            die()
        return answer

    setattr(room, name, trapped)


async def main(home: str, step: str, nth: str) -> None:
    """Want the other model; come to an end only where the trap was not met."""
    shelf = make_shelf()
    shelf.models["new"].gate.set()
    async with at_home(Path(home), shelf) as house:
        await house.names()  # the old model's vectors are open
        lay_a_trap(house, step, int(nth))
        await house.library.use_model("new")
        await until(house, answers_with("new"))


if __name__ == "__main__":
    spare_children()
    asyncio.run(main(*sys.argv[1:]))

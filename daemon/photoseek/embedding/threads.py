"""The three threads of an embedder: one for each pipe of its model process, and one for upkeep.

Made on the event loop; what blocks runs in them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """Threads of one each."""

    def __init__(self) -> None:
        self.pictures, self.queries, self._upkeep = (
            ThreadPoolExecutor(1, f"embedding-{name}") for name in ("pictures", "queries", "upkeep")
        )

    async def in_upkeep(self, work: Callable[[], T]) -> T:
        """Do it in the thread for upkeep."""
        return await asyncio.get_running_loop().run_in_executor(self._upkeep, work)

    def after_all(self, work: Callable[[], None]) -> None:
        """Do it in the thread for upkeep, once the others have done what they were given so far."""
        last: list[Future[None]] = [thread.submit(_nothing) for thread in (self.pictures, self.queries)]

        def wait_and_work() -> None:
            wait(last)
            work()

        self._upkeep.submit(wait_and_work)

    async def close(self) -> None:
        """Wait for what they were given, and end them."""
        # Its own thread: the loop's executor may be full of work that waits for this room.
        closing = ThreadPoolExecutor(1, "embedding-close")
        try:
            await asyncio.get_running_loop().run_in_executor(closing, self._shut_down)
        finally:
            closing.shutdown(wait=False)

    def _shut_down(self) -> None:
        for thread in (self.pictures, self.queries, self._upkeep):
            thread.shutdown(wait=True)


def _nothing() -> None:
    """Done by a thread once all before it is done."""

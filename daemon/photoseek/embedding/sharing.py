"""Two small rules of starting a model: many wait for one start, and a failed start is not tried again at once.

Used by ``Embedder`` on the event loop's thread.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from photoseek.errors import ModelError

T = TypeVar("T")

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0


class SharedWork(Generic[T]):
    """A work that is done once for all who want its result at the same time.

    Who stops waiting does not stop the work: the others, and the next one, still want it.
    """

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._work = work
        self._task: asyncio.Task[T] | None = None

    @property
    def busy(self) -> bool:
        """Whether the work is under way."""
        return self._task is not None and not self._task.done()

    async def result(self) -> T:
        """Join the work that is under way, or begin it."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
            # Where nobody waits any more, nobody would fetch its error either.
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._task)

    async def stop(self) -> None:
        """Cancel the work and wait until it has ended."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._task


class Patience:
    """After each failure in a row the time doubles in which the same failure is the answer."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wait_s = _FIRST_WAIT_S
        self._again_at = 0.0
        self.failure: ModelError | None = None

    def check(self) -> None:
        """Raise the last failure while it is too early to try again."""
        if self.failure is not None and self._clock() < self._again_at:
            raise ModelError(self.failure.message, self.failure.hint) from self.failure

    def failed(self, failure: ModelError) -> None:
        """Note a failure."""
        self.failure = failure
        self._again_at = self._clock() + self._wait_s
        self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)

    def worked(self) -> None:
        """Note that it works: the next failure waits for the shortest time again."""
        self.failure = None
        self._wait_s = _FIRST_WAIT_S

"""The worker processes: started by the first task, ended after a while without one, replaced when they die.

Owned by `PicturePool`; runs on the daemon's event loop. pebble's pool does the work behind it with threads of its own.
Its two blocking moments, starting and stopping, are given to a thread.
"""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from enum import Enum
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import RLock
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from photoseek.children import spared
from photoseek.pictures import tasks
from photoseek.pictures.results import DecodersError

_P = ParamSpec("_P")
_T = TypeVar("_T")

# A fresh process after so many pictures: native decoders leak, and their heaps fall to pieces.
_TASKS_A_PROCESS = 1000

# Beyond the time limit, for a worker to start and for an answer to come. After that the pool's own pipe is stuck:
# a process that is killed while it writes into it leaves half a message that nobody can read on from.
_SLACK_S = 60.0


class Loss(Enum):
    """How a task was lost without an answer."""

    WORKER_DIED = "worker died"
    TOO_SLOW = "too slow"
    POOL_BROKEN = "pool broken"


class TaskLostError(Exception):
    """A task that got no answer. It may be innocent of it."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss.value)
        self.loss = loss


class _KeepsLocks(SpawnContext):
    """How a pool's processes are started; holds on to their locks for as long as it lives, which the pool does.

    pebble lets go of the locks before it ends the processes: one that is just starting then would not find them, and
    say so with a traceback.
    """

    def __init__(self) -> None:
        super().__init__()
        self._locks: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802 - multiprocessing's name
        """A lock between processes."""
        self._locks.append(lock := super().RLock())
        return lock


class DecodeProcesses:
    """A pebble pool that comes and goes."""

    def __init__(self, *, workers: int, max_pixels: int, timeout_s: float, idle_s: float) -> None:
        self._workers = workers
        self._max_pixels = max_pixels
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._pool: ProcessPool | None = None
        self._changing = asyncio.Lock()
        self._tasks = 0
        self._answers: set[asyncio.Future[object]] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._closed = False

    async def run(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a task in a worker.

        Raises:
            TaskLostError: The worker died, took too long, or could not be had.
            DecodersError: Closed meanwhile.
            Exception: Whatever the task raised.
        """
        self._begin()
        try:
            pool = await self._started()
            try:
                return await self._answer(pool, function, *args, **kwargs)
            except TaskLostError as lost:
                self._say_closed()
                if lost.loss is Loss.POOL_BROKEN:
                    await self._stop(pool)
                raise
        finally:
            self._end()

    async def close(self) -> None:
        """End all workers, in the middle of their work too. Who waits for an answer gets a DecodersError."""
        self._closed = True
        if self._idle is not None:
            self._idle.cancel()
        for answer in self._answers:
            answer.cancel()
        await self._stop(self._pool)
        if self._stopping is not None:
            await self._stopping

    async def _answer(self, pool: ProcessPool, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            future = pool.schedule(function, args=args, kwargs=kwargs, timeout=self._timeout_s)
        except RuntimeError as error:  # it has broken since its last task
            raise TaskLostError(Loss.POOL_BROKEN) from error
        answer: asyncio.Future[_T] = asyncio.wrap_future(future)
        self._answers.add(answer)  # type: ignore[arg-type]
        stuck = asyncio.timeout(2 * self._timeout_s + _SLACK_S)
        try:
            async with stuck:
                return await answer
        except ProcessExpired as error:
            raise TaskLostError(Loss.WORKER_DIED) from error
        except TimeoutError as error:
            raise TaskLostError(Loss.POOL_BROKEN if stuck.expired() else Loss.TOO_SLOW) from error
        except BrokenProcessPool as error:
            raise TaskLostError(Loss.POOL_BROKEN) from error
        except asyncio.CancelledError:
            self._say_closed()
            raise
        finally:
            self._answers.discard(answer)

    def _say_closed(self) -> None:
        """Tell an answer that `close` gave up from a task that somebody cancelled."""
        task = asyncio.current_task()
        if self._closed and (task is None or not task.cancelling()):
            raise DecodersError("photoseek is stopping.")

    def _begin(self) -> None:
        self._tasks += 1
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _end(self) -> None:
        self._tasks -= 1
        if not self._tasks and not self._closed:
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._go_idle)

    def _go_idle(self) -> None:
        self._stopping = asyncio.create_task(self._stop(self._pool, if_idle=True), name="stop-decoders")

    async def _started(self) -> ProcessPool:
        async with self._changing:
            if self._closed:
                raise DecodersError("photoseek is stopping.")
            if self._pool is None:
                self._pool = self._new()
                try:
                    await asyncio.to_thread(_start, self._pool)
                except (BrokenProcessPool, OSError) as error:  # no memory or no process left for it
                    pool, self._pool = self._pool, None
                    await asyncio.to_thread(_stop_now, pool)
                    raise TaskLostError(Loss.POOL_BROKEN) from error
            return self._pool

    def _new(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS_A_PROCESS,
            initializer=tasks.start_worker,
            initargs=(self._max_pixels,),
            context=_KeepsLocks(),
        )

    async def _stop(self, pool: ProcessPool | None, *, if_idle: bool = False) -> None:
        """End ``pool`` if it is still the one in use. Its memory goes back to the system."""
        async with self._changing:
            if pool is None or pool is not self._pool:
                return
            if if_idle and self._tasks:  # one came between the timer and the lock
                return
            self._pool = None
            await asyncio.shield(asyncio.to_thread(_stop_now, pool))


def _start(pool: ProcessPool) -> None:
    with spared():  # pebble's threads take that over, and so do the processes that they start later on
        _ = pool.active  # asking starts it


def _stop_now(pool: ProcessPool) -> None:
    pool.stop()
    with contextlib.suppress(OSError):
        pool.join()

"""One model: finds it, keeps its process, and embeds pictures and texts with it.

Lives on the daemon's event loop. All that blocks runs in three threads of its own: one for each pipe of the model
process, and one for upkeep (deciding, starting, ending).
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import ModelIdentity, ModelStatus
from photoseek.embedding.finding import Finder, Found
from photoseek.embedding.hub import Hub
from photoseek.embedding.identity import description_place
from photoseek.embedding.learnt import remember
from photoseek.embedding.messages import Description, Order, TextEmbedding
from photoseek.embedding.pace import Pace
from photoseek.embedding.process import ModelProcess, ModelProcessDiedError
from photoseek.embedding.sharing import Patience, SharedWork
from photoseek.embedding.threads import Threads
from photoseek.errors import ModelError
from photoseek.settings import ModelSettings

log = logging.getLogger(__name__)

T = TypeVar("T")


class Embedder:
    """Embeds pictures and texts with the model of the settings; an async context manager.

    Nothing is started before it is needed. The model process ends after ``idle_s`` without work and whenever it
    dies; the next call starts it again.

    Args:
        settings: ``[model]``.
        cache: Folder for what is learnt of models on this machine; made when needed.
        environment: Says where the hub and its cache are.
        clock: Seconds; for the pauses after failures.
    """

    def __init__(
        self,
        settings: ModelSettings,
        cache: Path,
        *,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._finder = Finder(settings, cache, Hub(environment))
        self._threads = Threads()
        self._finding = SharedWork(self._find)
        self._starting = SharedWork(self._start)
        self._patience = Patience(clock)
        self._found: Found | None = None  # which holds as long as this lives: vectors of two models can't be compared
        self._pace: Pace | None = None
        self._description: Description | None = None
        self._process: ModelProcess | None = None
        self._child: ModelProcess | None = None  # that upkeep waits for
        self._in_use = 0
        self._idle_timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._closing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def identify(self) -> ModelIdentity:
        """Which model it is; that is found out once.

        Fetches the model where it is not on disk. Loads it only when its description isn't known yet.

        Raises:
            ModelError: No model can be had; the hint names the ways out.
        """
        found = self._found or await self._finding.result()
        if self._description is None:
            await self._running()
        if self._description is None:
            raise ModelError("The model says nothing of itself.")
        known, source = self._description, found.order.source
        return ModelIdentity(source.name, found.order.key, known.dim, known.pixels, known.batch, found.spec)

    async def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed one batch of pictures; several calls may be in flight and are answered in order.

        Args:
            pixels: ``(n, crop_height, crop_width, 3)`` uint8, resized and cropped as ``ModelIdentity.pixels`` says.

        Returns:
            ``(n, dim)`` float32, unit length.

        Raises:
            ModelProcessDiedError: The process ended in the middle of it.
            ModelError: The model can't be loaded or could not answer.
        """
        if not len(pixels):
            return np.empty((0, (await self.identify()).dim), np.float32)
        vectors: NDArray[np.float32] = await self._ask(self._threads.pictures, ModelProcess.PICTURES, pixels)
        return vectors

    async def embed_picture(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed one picture that somebody searches with; overtakes batches of pictures.

        Args:
            pixels: ``(crop_height, crop_width, 3)`` uint8.

        Returns:
            ``(dim,)`` float32, unit length.

        Raises:
            ModelProcessDiedError: The process ended in the middle of it.
            ModelError: The model can't be loaded or could not answer.
        """
        vectors: NDArray[np.float32] = await self._ask(self._threads.queries, ModelProcess.QUERIES, pixels[np.newaxis])
        return np.asarray(vectors[0])

    async def embed_text(self, text: str) -> TextEmbedding:
        """Embed a text, as text whatever it looks like; overtakes batches of pictures.

        Raises:
            ModelProcessDiedError: The process ended in the middle of it.
            ModelError: The model can't be loaded or could not answer.
        """
        answer: TextEmbedding = await self._ask(self._threads.queries, ModelProcess.QUERIES, text)
        return answer

    @property
    def closed(self) -> bool:
        """Whether it can't be asked any more."""
        return self._closed

    def status(self) -> ModelStatus:
        """The model as it is at this moment."""
        dim = self._description.dim if self._description else 0
        name = self._found.order.source.name if self._found else self._settings.name
        return ModelStatus(name, self._state(), dim, self._note(), self._finder.fetching)

    async def close(self) -> None:
        """End the model process and the threads, at once, whatever they are at."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        self._closed = True
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._finder.end()
        for process in (self._child, self._process):
            if process is not None:
                process.kill()
        await self._finding.stop()
        await self._starting.stop()
        if self._process is not None:
            self._put_away(self._process)
        await self._threads.close()

    def _state(self) -> Literal["ready", "loading", "downloading", "unloaded", "failed"]:
        if self._finder.fetching is not None:
            return "downloading"
        if self._finding.busy or self._starting.busy:
            return "loading"
        if self._process is not None and self._process.alive:
            return "ready"
        return "failed" if self._patience.failure else "unloaded"

    def _note(self) -> str:
        if fetching := self._finder.fetching:
            done, total = fetching.done_bytes, fetching.total_bytes
            return f"downloading {100 * done // total} % of {total // 10**6} MB" if total else "downloading"
        if self._state() == "failed" and self._patience.failure:
            return f"{self._patience.failure.message} {self._patience.failure.hint}".strip()
        return self._found.note if self._found else ""

    async def _ask(self, thread: ThreadPoolExecutor, pipe: int, request: object) -> Any:
        process = await self._running()
        # Counted until the thread has its answer: who asks may be cancelled before.
        self._in_use += 1
        asked = asyncio.get_running_loop().run_in_executor(thread, self._ask_blocking, process, pipe, request)
        asked.add_done_callback(self._answered)
        try:
            return await asyncio.shield(asked)
        except ModelProcessDiedError:
            self._drop(process)
            raise

    def _ask_blocking(self, process: ModelProcess, pipe: int, request: object) -> Any:
        begun = time.perf_counter()
        answer = process.ask(pipe, request)
        if pipe == ModelProcess.PICTURES and isinstance(request, np.ndarray) and self._pace is not None:
            self._pace.note(len(request), time.perf_counter() - begun)
        return answer

    def _answered(self, asked: "asyncio.Future[Any]") -> None:
        if not asked.cancelled():
            asked.exception()
        self._in_use -= 1
        self._wait_for_idle()

    def _wait_for_idle(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if not self._closed and not self._in_use:
            loop = asyncio.get_running_loop()
            self._idle_timer = loop.call_later(self._settings.idle_s, self._end_if_idle)

    def _end_if_idle(self) -> None:
        if not self._in_use and self._process is not None:
            log.info("The model leaves the memory, since nobody needed it for %g s", self._settings.idle_s)
            self._drop(self._process)

    async def _running(self) -> ModelProcess:
        """The model process, loaded; started where there is none."""
        if self._closed:
            raise ModelError("The model is closed.")
        if self._process is not None and not self._process.alive:
            self._drop(self._process)
        return self._process or await self._starting.result()

    async def _find(self) -> Found:
        self._patience.check()
        try:
            found = await self._threads.in_upkeep(self._finder.find)
        except ModelError as error:
            self._patience.failed(error)
            log.warning("%s %s", error.message, error.hint)
            raise
        self._patience.worked()
        self._description, self._pace = found.description, Pace(self._cache, found.spec)
        self._found = found
        return found

    async def _start(self) -> ModelProcess:
        found = self._found or await self._finding.result()
        self._patience.check()
        try:
            process, self._description = await self._threads.in_upkeep(lambda: self._start_blocking(found.order))
        except ModelError as error:
            self._patience.failed(error)
            log.warning("%s %s", error.message, error.hint)
            raise
        self._patience.worked()
        self._process = process
        self._wait_for_idle()
        return process

    def _start_blocking(self, order: Order) -> tuple[ModelProcess, Description]:
        process = ModelProcess(order)
        self._watch_over(process)
        try:
            description = process.wait_loaded()
        except BaseException:
            process.end()
            raise
        finally:
            self._child = None
        if self._closed:
            process.end()
            raise ModelError("The model is closed.")
        if description != self._description:
            remember(description_place(self._cache, order.key), description)
        return process, description

    def _watch_over(self, child: ModelProcess) -> None:
        """Let ``close`` end a child that upkeep waits for, also one that was just started."""
        self._child = child
        if self._closed:
            child.kill()

    def _drop(self, process: ModelProcess) -> None:
        if self._process is process:
            self._process = None
            self._put_away(process)

    def _put_away(self, process: ModelProcess) -> None:
        """End a process in upkeep's thread, after the threads of its pipes let go of it."""
        if self._in_use:
            process.kill()
        self._threads.after_all(process.end)

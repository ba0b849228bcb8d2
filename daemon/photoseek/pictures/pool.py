"""The daemon's side of the room: asks workers to read pictures, and judges what it means when they die.

Called on the event loop by ``library``; imports no Pillow.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import Description, FileStamp, Md5, PixelSpec
from photoseek.errors import PictureError
from photoseek.pictures import cache, reasons, tasks
from photoseek.pictures.places import Places
from photoseek.pictures.processes import DecodeProcesses, Loss, TaskLostError
from photoseek.pictures.results import DecodersError, Reading, Verified

_P = ParamSpec("_P")
_T = TypeVar("_T")
log = logging.getLogger(__name__)

_URGENT, _PATIENT = True, False


class PicturePool:
    """Reads pictures in processes of their own; use it as an async context manager.

    Args:
        thumbnails: Folder of the thumbnail cache; made when needed.
        places: Folder where the names of places are kept; made when needed.
        workers: Processes, and tasks in work at the same time.
        max_megapixels: Pictures with more are refused, unless they can be decoded at a reduced size.
        timeout_s: Time for one picture.
        idle_s: Seconds without work after which the processes end; the next read starts them again.
    """

    def __init__(
        self, thumbnails: Path, places: Path, *, workers: int, max_megapixels: int, timeout_s: float, idle_s: float
    ) -> None:
        self._thumbnails = thumbnails
        self._place_names = places
        self._workers = workers
        self._max_pixels = max_megapixels * 1_000_000
        self._timeout_s = timeout_s
        self._processes = DecodeProcesses(
            workers=workers, max_pixels=self._max_pixels, timeout_s=timeout_s, idle_s=idle_s
        )
        self._places = Places(workers)
        self._drawing: dict[Path, asyncio.Task[None]] = {}
        self._gathering = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the workers at once. A read that is under way raises DecodersError."""
        await self._processes.close()

    async def read(self, path: bytes, stamp: FileStamp, *, pixels: PixelSpec | None) -> Reading:
        """Read a file once, hash it and, unless ``pixels`` is None, decode it and keep its thumbnail.

        Args:
            path: Absolute.
            stamp: The file as it was found.
            pixels: How the model wants the picture; None for the hash alone.

        Raises:
            PictureError: Its message is the reason for the list of problems.
            FileMovedOnError: The file is gone or has another stamp, before or after: look again.
            DecodersError: No worker can be had; says nothing of the file.
            OSError: The cache folder can't be written.
        """
        return await self._run(
            _PATIENT, tasks.read, path, stamp, pixels, self._thumbnails, self._place_names, self._max_pixels
        )

    async def thumbnail(self, md5: Md5, path: bytes, size_px: int) -> Path:
        """The thumbnail of a content, drawn from the file at ``path`` if it isn't in the cache.

        However many ask for it at once, it is drawn once.

        Args:
            md5: The content.
            path: Absolute, one of its files.
            size_px: Longer side: 256, 512 or 1024.

        Raises:
            ValueError: Another size.
            PictureError: The file is no usable picture (any more).
            FileMovedOnError: It is gone or holds another content.
            BusyDecodersError: Too many are being drawn.
            DecodersError: No worker can be had.
            OSError: The cache folder can't be written.
        """
        kept = self.thumbnail_path(md5, size_px)
        if await self.kept_thumbnail(md5, size_px) is None:
            await asyncio.shield(self._drawing.get(kept) or self._draw(kept, md5, path, size_px))
        return kept

    def _draw(self, kept: Path, md5: Md5, path: bytes, size_px: int) -> asyncio.Task[None]:
        """Begin to draw; who stops waiting doesn't stop it, for others may want it too."""
        drawing = asyncio.create_task(
            self._run(_URGENT, tasks.thumbnail, md5, path, size_px, self._thumbnails, self._max_pixels)
        )
        self._drawing[kept] = drawing
        drawing.add_done_callback(lambda task: (self._drawing.pop(kept), task.cancelled() or task.exception()))
        return drawing

    async def describe(self, path: bytes, stamp: FileStamp) -> Description:
        """Read once more what a known picture says of itself in words; it isn't decoded.

        Raises:
            PictureError: It is no usable picture (any more).
            FileMovedOnError: The file is gone or has another stamp.
            DecodersError: No worker can be had.
        """
        return await self._run(_PATIENT, tasks.describe, path, stamp, self._place_names)

    async def sketch(self, md5: Md5, path: bytes, stamp: FileStamp | None) -> bytes | None:
        """Draw the sketch of a known picture, from its thumbnail where that is kept; None where it can't be reached.

        Args:
            md5: The content.
            path: Absolute, one of its files.
            stamp: That file's; None where it has none that can be reached.

        Raises:
            PictureError: It is no usable picture (any more).
            FileMovedOnError: The file is gone or has another stamp.
            DecodersError: No worker can be had.
        """
        return await self._run(_PATIENT, tasks.sketch, md5, path, stamp, self._thumbnails, self._max_pixels)

    async def verify(self, path: bytes) -> Verified:
        """Prove that a file is a picture by decoding it whole; nothing is kept of it.

        Raises:
            PictureError: It isn't; the message says why.
            FileMovedOnError: It changed meanwhile.
            BusyDecodersError: Too many wait for a worker.
            DecodersError: No worker can be had.
        """
        return await self._run(_URGENT, tasks.verify, path, self._place_names, self._max_pixels)

    async def pixels(self, path: bytes, spec: PixelSpec) -> NDArray[np.uint8]:
        """The pixels ``(crop_height, crop_width, 3)`` uint8 that a model wants of a picture; nothing is kept of it.

        Raises:
            PictureError: It is no usable picture.
            FileMovedOnError: It changed meanwhile.
            BusyDecodersError: Too many wait for a worker.
            DecodersError: No worker can be had.
        """
        return await self._run(_URGENT, tasks.pixels, path, spec, self._max_pixels)

    async def kept_thumbnail(self, md5: Md5, size_px: int) -> Path | None:
        """The thumbnail of a content if it is in the cache.

        Raises:
            ValueError: Thumbnails have no such size.
        """
        kept = self.thumbnail_path(md5, size_px)
        return kept if await asyncio.to_thread(cache.is_kept, kept) else None

    def thumbnail_path(self, md5: Md5, size_px: int) -> Path:
        """Where the thumbnail of a content lies, whether or not it is there.

        Raises:
            ValueError: Thumbnails have no such size.
        """
        return cache.thumbnail_path(self._thumbnails, md5, size_px)

    async def _run(self, urgent: bool, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a task; one that is lost is tried once more alone, so that no picture pays for its neighbour."""
        try:
            async with self._places.place(urgent=urgent):
                return await self._processes.run(function, *args, **kwargs)
        except TaskLostError as lost:
            log.warning("a picture is tried once more alone: %s", lost)
        async with self._alone():
            try:
                return await self._processes.run(function, *args, **kwargs)
            except TaskLostError as lost:
                raise self._verdict(lost.loss) from lost

    def _verdict(self, loss: Loss) -> PictureError | DecodersError:
        if loss is Loss.WORKER_DIED:
            return PictureError(reasons.CRASHED)
        if loss is Loss.TOO_SLOW:
            return PictureError(reasons.too_slow(self._timeout_s))
        return DecodersError("The decode processes can't be started.", "The log says why.")

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """All places at once. The lock keeps two from holding a half each and waiting for the other's."""
        async with self._gathering, AsyncExitStack() as places:
            for _ in range(self._workers):
                await places.enter_async_context(self._places.place(urgent=False))
            yield

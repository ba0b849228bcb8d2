"""What the daemon asks of a worker, named without importing Pillow: each imports what it needs when it runs there.

Named by `pool` and `processes` in the daemon, run in the worker processes.
"""

import logging
import signal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.children import become_child
from photoseek.domain import Description, FileStamp, Md5, PixelSpec
from photoseek.pictures import memory
from photoseek.pictures.results import Reading, Verified

# ruff: noqa: PLC0415 - Pillow must not enter the daemon, which imports this module


def start_worker(max_pixels: int) -> None:
    """Set up a new worker process, first thing."""
    # A worker has nothing to tidy up; pebble's handler would wait until the decoder returns to Python.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    become_child(nice=True)
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # it logs oddities of files to stderr
    from photoseek.pictures import decoding, worker  # noqa: F401 - mapped before the memory is limited

    decoding.prepare(max_pixels)
    memory.limit_memory()


def read(
    path: bytes, stamp: FileStamp, spec: PixelSpec | None, thumbnails: Path, places: Path, max_pixels: int
) -> Reading:
    """`worker.read_picture`."""
    from photoseek.pictures.worker import read_picture

    return read_picture(path, stamp, spec, thumbnails, places, max_pixels)


def thumbnail(md5: Md5, path: bytes, size_px: int, thumbnails: Path, max_pixels: int) -> None:
    """`worker.make_thumbnail`."""
    from photoseek.pictures.worker import make_thumbnail

    make_thumbnail(md5, path, size_px, thumbnails, max_pixels)


def describe(path: bytes, stamp: FileStamp, places: Path) -> Description:
    """`worker.describe_picture`."""
    from photoseek.pictures.worker import describe_picture

    return describe_picture(path, stamp, places)


def sketch(md5: Md5, path: bytes, stamp: FileStamp | None, thumbnails: Path, max_pixels: int) -> bytes | None:
    """`worker.sketch_picture`."""
    from photoseek.pictures.worker import sketch_picture

    return sketch_picture(md5, path, stamp, thumbnails, max_pixels)


def verify(path: bytes, places: Path, max_pixels: int) -> Verified:
    """`worker.verify_picture`."""
    from photoseek.pictures.worker import verify_picture

    return verify_picture(path, places, max_pixels)


def pixels(path: bytes, spec: PixelSpec, max_pixels: int) -> NDArray[np.uint8]:
    """`worker.read_pixels`."""
    from photoseek.pictures.worker import read_pixels

    return read_pixels(path, spec, max_pixels)

"""Where thumbnails lie: by content, so that they outlive renames. Used by the pool and by its workers; no Pillow."""

from pathlib import Path

from photoseek import durable
from photoseek.domain import Md5

THUMBNAIL_SIZES_PX = (256, 512, 1024)
"""Of the longer side."""
INDEX_SIZE_PX = 256
"""Drawn when a picture is taken in; the others when they are asked for."""


def thumbnail_path(thumbnails: Path, md5: Md5, size_px: int) -> Path:
    """The file of a thumbnail whose longer side is ``size_px``, whether or not it is there.

    Raises:
        ValueError: Thumbnails have no such size.
    """
    if size_px not in THUMBNAIL_SIZES_PX:
        raise ValueError(f"no thumbnails of {size_px} pixels")
    name = md5.hex()
    return thumbnails / name[:2] / f"{name}-{size_px}.jpg"


def is_kept(path: Path) -> bool:
    """Whether the thumbnail is there. An empty one doesn't count: a power cut can leave that, as none is synced."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def keep(path: Path, jpeg: bytes) -> None:
    """Write a thumbnail.

    Raises:
        OSError: The cache folder can't be written.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Who watches a folder around this one wants no thumbnails of it, neither from photoseek nor from others.
        (path.parent.parent / ".nomedia").touch()
    durable.write(path, jpeg, sync=False)

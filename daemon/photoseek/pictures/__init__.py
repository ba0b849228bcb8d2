"""Pictures: opening, verifying and decoding files in processes of their own, made to outlive any file.

The only room with Pillow, and Pillow is imported in its worker processes only, never in the daemon.
`PicturePool` is the daemon's side of it; `tasks` and what stands behind it run in the workers.
"""

from photoseek.pictures.cache import THUMBNAIL_SIZES_PX
from photoseek.pictures.pool import PicturePool
from photoseek.pictures.results import (
    BusyDecodersError,
    DecodersError,
    FileMovedOnError,
    Reading,
    TakenPicture,
    Verified,
)

__all__ = [
    "THUMBNAIL_SIZES_PX",
    "BusyDecodersError",
    "DecodersError",
    "FileMovedOnError",
    "PicturePool",
    "Reading",
    "TakenPicture",
    "Verified",
]

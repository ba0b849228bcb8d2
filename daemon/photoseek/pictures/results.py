"""What a reading gives and how it can fail. Crosses from the workers to the daemon; imports no Pillow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import Md5, PictureFacts
from photoseek.errors import PhotoseekError


class FileMovedOnError(PhotoseekError):
    """The file is gone or is not the one it was when it was found: no problem of the picture's, look again."""

    code = "file_moved_on"
    title = "The file has changed"


class DecodersError(PhotoseekError):
    """The decode processes can't be started, or are being ended: says nothing of the picture."""

    code = "decoders"
    title = "Pictures can't be decoded at the moment"


class BusyDecodersError(PhotoseekError):
    """So many pictures are asked for at once that one more would only wait: ask again later."""

    code = "busy"
    title = "Too much at once"


@dataclass(frozen=True, slots=True)
class Verified:
    """A file that was decoded whole and is a picture; nothing was kept of it."""

    md5: Md5
    facts: PictureFacts


@dataclass(frozen=True, slots=True)
class TakenPicture:
    """A picture that was decoded whole.

    Attributes:
        facts: What it says of itself.
        pixels: ``(crop_height, crop_width, 3)`` uint8, RGB, upright, as the model's own processor makes them.
    """

    facts: PictureFacts
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read whole; ``picture`` is None where only its hash was asked for."""

    md5: Md5
    picture: TakenPicture | None

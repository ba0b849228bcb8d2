"""A sketch: what a picture roughly looks like, in so few bytes that each photo can have one. Pure.

``pictures`` draws it, ``catalogue`` keeps it, ``library`` compares it: here is how its bytes are laid out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from photoseek.domain.files import FileStamp
from photoseek.domain.photos import ContentId, Md5

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWING = 3
"""The way in which sketches are drawn. With a higher number all are drawn once more."""

SKETCH_SIDE = 16
"""Coefficients in each direction."""

GREY_SIDE = 48
"""Places in each direction of which is told how light they are."""

_LAYOUT = [
    ("aspect", "<f4"),
    ("coefficients", "i1", (SKETCH_SIDE, SKETCH_SIDE)),
    ("grey", "u1", (GREY_SIDE, GREY_SIDE)),
    ("barred", "?"),
]
SKETCH_BYTES = 4 + SKETCH_SIDE * SKETCH_SIDE + GREY_SIDE * GREY_SIDE + 1


def pack_sketch(
    coefficients: "NDArray[np.float32]",
    aspect: float,
    grey: "NDArray[np.uint8] | None" = None,
    *,
    barred: bool = False,
) -> bytes:
    """Put a sketch into bytes.

    Args:
        coefficients: ``(SKETCH_SIDE, SKETCH_SIDE)``, rows by vertical frequency; the first one is 0. Only their
            proportions are kept.
        aspect: Width over height.
        grey: ``(GREY_SIDE, GREY_SIDE)``; black all over by default.
        barred: Whether black bars were left out.
    """
    import numpy as np  # noqa: PLC0415 - commands and the tray know the rooms' words, and shall not load it

    packed = np.zeros((), _LAYOUT)
    packed["aspect"], packed["barred"] = aspect, barred
    packed["coefficients"] = np.rint(coefficients * (127 / np.abs(coefficients).max()))
    if grey is not None:
        packed["grey"] = grey
    return packed.tobytes()


def unpack_sketches(sketches: Sequence[bytes]) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
    """Coefficients ``(n, SKETCH_SIDE, SKETCH_SIDE)`` and aspects ``(n,)``, both float32, of n sketches."""
    import numpy as np  # noqa: PLC0415 - as above

    packed = np.frombuffer(b"".join(sketches), _LAYOUT)
    return packed["coefficients"].astype(np.float32), packed["aspect"].astype(np.float32)


def unpack_greys(sketches: Sequence[bytes]) -> "tuple[NDArray[np.uint8], NDArray[np.bool_]]":
    """How light their places are, ``(n, GREY_SIDE, GREY_SIDE)``, and whether bars were left out, ``(n,)``."""
    import numpy as np  # noqa: PLC0415 - as above

    packed = np.frombuffer(b"".join(sketches), _LAYOUT)
    return packed["grey"].copy(), packed["barred"].copy()


Rank = tuple[int, str, int, bytes]


@dataclass(frozen=True, slots=True)
class Sketched:
    """A content with its sketch, as the making of stacks sees it.

    Attributes:
        sketch: Never empty.
        rank: The least one leads: the largest picture, then the earliest, then the largest file.
        taken_at: Local time, if the picture itself says so.
        camera: Which took it; may be empty.
    """

    content_id: ContentId
    sketch: bytes
    rank: Rank
    taken_at: datetime | None
    camera: str


@dataclass(frozen=True, slots=True)
class UndrawnContent:
    """A content that lacks a sketch; ``path`` is a file of it that can be reached, absolute, or empty."""

    content_id: ContentId
    md5: Md5
    path: bytes
    stamp: FileStamp | None

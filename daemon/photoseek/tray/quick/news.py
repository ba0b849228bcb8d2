"""What ``asking`` tells the window: what was found, what was refused, and whether the daemon is there. Pure data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoseek.errors import PhotoseekError

if TYPE_CHECKING:
    from PIL import Image

    from photoseek.api.wire import HitBody


@dataclass(frozen=True)
class Found:
    """Photos that fit ``words``, best first.

    Attributes:
        words: What was asked.
        photos: The best ones.
        good: How many of those, from the first on, fit well.
        good_in_all: How many photos fit well, these and others.
        is_list: Whether filters alone were asked for, so that nothing was ranked.
    """

    words: str
    photos: "tuple[HitBody, ...]"
    good: int
    good_in_all: int
    is_list: bool


@dataclass(frozen=True)
class Pictured:
    """The tile of a photo."""

    photo_id: str
    tile: "Image.Image"


@dataclass(frozen=True)
class Refused:
    """What was wanted didn't work; ``words`` are those of the search, where it was one."""

    error: PhotoseekError
    words: str | None = None


@dataclass(frozen=True)
class Waking:
    """The search takes long: the model is being loaded."""

    words: str


@dataclass(frozen=True)
class There:
    """The daemon is there, and so many photos can be searched."""

    photos: int


@dataclass(frozen=True)
class Done:
    """A photo was opened or shown, or the page was."""


@dataclass(frozen=True)
class Gone:
    """The daemon doesn't run; it is looked for as long as somebody looks at the window."""


@dataclass(frozen=True)
class Back:
    """The daemon is there again."""


News = Found | Pictured | Refused | Waking | There | Done | Gone | Back

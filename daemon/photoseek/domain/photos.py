"""A photo is a content: the bytes of a picture, wherever they lie. Its id outlives renames. Pure.

``pictures`` finds the facts, ``catalogue`` keeps them, every room above passes photos on.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

ContentId = NewType("ContentId", int)
Md5 = NewType("Md5", bytes)
PhotoId = NewType("PhotoId", str)


def photo_id(md5: Md5) -> PhotoId:
    """The public id of a content: its MD5 in hexadecimal."""
    return PhotoId(md5.hex())


def photo_md5(value: str) -> Md5 | None:
    """The MD5 behind a public id, or None where ``value`` can't be one."""
    if len(value) != 32 or not set(value) <= set("0123456789abcdef"):
        return None
    return Md5(bytes.fromhex(value))


READING = 2
"""The way in which pictures are read for their description. With a higher number all are read once more."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a photo was taken at.

    Attributes:
        key: Tells it from other places: letters and digits.
        name: By which it is shown.
        names: By which it may be asked for, in all languages; ``name`` too.
    """

    key: str
    name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What a picture says of itself in words; mostly nothing.

    Attributes:
        places: Where it was taken, the nearest first.
    """

    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What was learnt of a picture when it was read. A field that is missing or broken in the file is None or empty.

    Attributes:
        format: Pillow's name of the format, such as ``JPEG`` or ``HEIF``.
        width: In pixels, as seen upright.
        height: In pixels, as seen upright.
        taken_at: Local time at the place where it was taken; carries an offset where the file has one.
        camera: Maker and model, such as ``Apple iPhone 12``.
        lens: Lens model.
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.
        description: What it says in words.
        sketch: What it roughly looks like, see ``sketches``; empty where there is too little in it to tell it from
            others, None where it wasn't drawn.
    """

    format: str
    width: int
    height: int
    taken_at: datetime | None = None
    camera: str = ""
    lens: str = ""
    latitude: float | None = None
    longitude: float | None = None
    description: Description = field(default_factory=Description)
    sketch: bytes | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """One of the places where a photo lies; ``path`` is absolute, ``online`` false while it can't be reached."""

    path: bytes
    folder_id: int
    online: bool
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Stack:
    """Photos that are nearly the same.

    Attributes:
        id: Of the one that leads it: the largest, and of equally large ones the earliest.
        count: Photos in it that lie at some file, 2 at least.
    """

    id: PhotoId
    count: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo with all the files that hold it, the preferred one first.

    That is one which the filters of the query let through, then one that is online, then the oldest row.

    Attributes:
        filed_at: Local time of the oldest file it ever had, where the picture itself says nothing.
        place: Where it was taken, for eyes; empty where that isn't known. The description's ``places`` are empty here.
        stack: That it is in; None where it is alone.
    """

    content_id: ContentId
    md5: Md5
    size_bytes: int
    facts: PictureFacts
    files: list[PhotoFile] = field(default_factory=list)
    filed_at: datetime | None = None
    place: str = ""
    stack: Stack | None = None

    @property
    def id(self) -> PhotoId:
        """The public id."""
        return photo_id(self.md5)

    @property
    def taken_at(self) -> datetime | None:
        """When it was taken, in the local time of the place: what the picture says, else what its file does."""
        return self.facts.taken_at or self.filed_at

    @property
    def taken_from(self) -> Literal["exif", "file", ""]:
        """Who says when it was taken."""
        if self.facts.taken_at is not None:
            return "exif"
        return "file" if self.filed_at is not None else ""

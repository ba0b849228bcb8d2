"""The work between a file that was found and a vector that can be searched. Pure data.

Rows that ``catalogue`` gives to ``library``'s indexer, and what that gives back.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoseek.domain.files import FileId, FileStamp
from photoseek.domain.photos import ContentId, Md5, PictureFacts

if TYPE_CHECKING:  # the array type is named here, its library not loaded: commands and the tray need none
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file whose content isn't known yet.

    Attributes:
        path: Absolute.
        size_known: Whether a known content or another waiting file has exactly this size: then it may be a copy,
            and is hashed before it is decoded. Otherwise it is certainly new, and one reading serves both.
    """

    file_id: FileId
    path: bytes
    stamp: FileStamp
    size_known: bool


@dataclass(frozen=True, slots=True)
class WaitingContent:
    """A known content that lacks an embedding of the model in use; ``path`` is one of its files, absolute."""

    content_id: ContentId
    md5: Md5
    file_id: FileId
    path: bytes
    stamp: FileStamp


@dataclass(frozen=True, slots=True)
class Indexed:
    """A file that was read, decoded and embedded, ready to be stored.

    Attributes:
        file_id: The file it was read from.
        stamp: Of that file when it was read.
        vector: ``(dim,)`` float32, unit length.
    """

    file_id: FileId
    stamp: FileStamp
    md5: Md5
    facts: PictureFacts
    vector: "NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class IndexShift:
    """What a change of the catalogue means for the index of the model in use.

    Attributes:
        seq: Sequence number of the catalogue after the change.
        appeared: Contents with an embedding that lie at some file now and did not before.
        vanished: Contents with an embedding that lie at no file any more.
    """

    seq: int
    appeared: list[ContentId] = field(default_factory=list)
    vanished: list[ContentId] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be indexed, and why; ``seen_at`` in Unix seconds, ``path`` absolute."""

    file_id: FileId
    path: bytes
    reason: str
    seen_at: float


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of ``/status``; each is defined in the API's contract."""

    photos: int = 0
    contents: int = 0
    vectors: int = 0
    waiting: int = 0
    problems: int = 0

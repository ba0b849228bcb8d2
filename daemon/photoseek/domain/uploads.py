"""Pictures that a person adds by sending them: ``api`` receives, ``library`` says what became of them. Pure data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from photoseek.domain.photos import Md5, PhotoId


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in and lies in a private folder for now.

    Attributes:
        name: As the sender calls it; anything at all.
        path: Where it lies.
        md5: Of what lies there.
        size_bytes: Of what was sent.
        refusal: Why it was not taken whole, in a sentence; then nothing lies at ``path``.
    """

    name: str
    path: Path
    md5: Md5
    size_bytes: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of a file that was sent.

    Attributes:
        name: As the sender calls it.
        photo_id: Of the photo that was added, or is there already; None where the file was rejected.
        path: Absolute, where that photo lies; empty where the file was rejected.
        reason: Why it was rejected, in a sentence; else empty.
    """

    name: str
    status: Literal["added", "duplicate", "rejected"]
    photo_id: PhotoId | None = None
    path: bytes = b""
    reason: str = ""

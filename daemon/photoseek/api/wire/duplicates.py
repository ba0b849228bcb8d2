"""The shapes of photos of which there is more than one.

Offered by ``wire``; pure; any thread.
"""

from photoseek.api.values import Height, LocalTime, PhotoIdAnswer, SizeBytes, Width
from photoseek.api.wire.photos import PlaceBody
from photoseek.api.wire.shapes import Body, PageParameters
from photoseek.domain import DuplicateKind


class DuplicatesParameters(PageParameters, frozen=True, kw_only=True):
    """``GET /duplicates``: ``exact`` for photos at several files, ``near`` for stacks."""

    kind: DuplicateKind = "exact"


class DuplicateBody(Body, frozen=True, kw_only=True):
    """A photo of a group; ``size_bytes`` is that of each of its files."""

    id: PhotoIdAnswer
    width: Width
    height: Height
    taken_at: LocalTime
    size_bytes: SizeBytes
    paths: list[PlaceBody]


class DuplicateGroupBody(Body, frozen=True, kw_only=True):
    """Photos that are the same, the one that leads first.

    ``size_bytes`` is that of all its files, ``spare_bytes`` that of all but one of the first photo.
    """

    kind: DuplicateKind
    size_bytes: SizeBytes
    spare_bytes: SizeBytes
    photos: list[DuplicateBody]


class DuplicatesBody(Body, frozen=True, kw_only=True):
    """``GET /duplicates``."""

    groups: list[DuplicateGroupBody]
    next_cursor: str | None

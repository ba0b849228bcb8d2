"""The shapes of photos and their files: one with all that is known, the list of all, those that are sent.

Offered by ``wire``; pure; any thread.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from photoseek.api.values import (
    CameraText,
    FileContent,
    Height,
    LocalTime,
    Moment,
    NameText,
    PathText,
    PhotoIdAnswer,
    Seq,
    SizeBytes,
    Width,
)
from photoseek.api.wire.shapes import Body, PageParameters, PhotoState, Request, StackBody, TakenFrom


class FilesParameters(PageParameters, frozen=True, kw_only=True):
    """``GET /photos``; of one folder, or of all."""

    folder_id: Annotated[int, Meta(ge=0, le=2**63 - 1)] | UnsetType = UNSET


class ThumbnailParameters(Request, frozen=True, kw_only=True):
    """``GET /photos/{id}/thumbnail``; the longer side in pixels."""

    size: Literal[256, 512, 1024] = 256


class PhotosForm(Request, frozen=True, kw_only=True):
    """``POST /photos``, multipart: pictures to add, each with its file name."""

    files: Annotated[list[FileContent], Meta(extra_json_schema={"minItems": 1})]


class PlaceBody(Body, frozen=True, kw_only=True):
    """A file that holds a photo."""

    path: PathText
    path_bytes: str | UnsetType = UNSET
    folder_id: int
    state: PhotoState
    modified_at: Moment


class PhotoBody(Body, frozen=True, kw_only=True):
    """``GET /photos/{id}``: all that is known; ``utc_offset`` (``+02:00``) belongs to ``taken_at``.

    ``title``, ``caption`` and ``keywords`` are what the picture says of itself; ``place`` is where its coordinates lie.
    """

    id: PhotoIdAnswer
    path: PathText
    path_bytes: str | UnsetType = UNSET
    name: NameText
    folder_id: int
    format: Annotated[str, Meta(examples=["JPEG"])]
    width: Width
    height: Height
    taken_at: LocalTime
    taken_from: TakenFrom = ""
    utc_offset: Annotated[str, Meta(examples=["+02:00"])]
    camera: CameraText
    lens: str
    latitude: float | None
    longitude: float | None
    place: Annotated[str, Meta(examples=["Sintra, Portugal"])] = ""
    title: str = ""
    caption: str = ""
    keywords: list[str] = msgspec.field(default_factory=list)
    size_bytes: SizeBytes
    copies: int
    stack: StackBody | None = None
    state: PhotoState
    paths: list[PlaceBody]


class FileBody(Body, frozen=True, kw_only=True):
    """A file in the list of all; ``id`` is its photo's."""

    id: PhotoIdAnswer
    path: PathText
    path_bytes: str | UnsetType = UNSET
    folder_id: int
    state: PhotoState
    size_bytes: SizeBytes


class FilesBody(Body, frozen=True, kw_only=True):
    """``GET /photos``."""

    photos: list[FileBody]
    next_cursor: str | None


class AdditionBody(Body, frozen=True, kw_only=True):
    """What became of a file that was sent.

    ``id`` and ``path`` are the photo's that was added or was there already; they are empty where it was rejected,
    and ``reason`` says why.
    """

    name: str
    status: Literal["added", "duplicate", "rejected"]
    id: str
    path: str
    path_bytes: str | UnsetType = UNSET
    reason: str


class AdditionsBody(Body, frozen=True, kw_only=True):
    """``POST /photos``: the files in the order in which they were sent; ``wait_for=seq`` waits for them."""

    files: list[AdditionBody]
    seq: Seq = 0


class OpenedBody(Body, frozen=True, kw_only=True):
    """``POST /photos/{id}/open`` and ``/reveal``: the file that the desktop took."""

    path: str
    path_bytes: str | UnsetType = UNSET

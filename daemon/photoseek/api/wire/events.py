"""The shapes of the events: what changes, as it happens.

Offered by ``wire``; pure; any thread.
"""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from photoseek.api.values import PhotoIdAnswer, Seq
from photoseek.api.wire.folders import FolderBody
from photoseek.api.wire.models import ModelBody
from photoseek.api.wire.shapes import Body, Request
from photoseek.api.wire.status import CountsBody, IndexingBody


class EventsParameters(Request, frozen=True, kw_only=True):
    """``GET /events``; ``seconds`` ends it: with 0 it tells what there is and ends."""

    seconds: Annotated[float, Meta(ge=0, le=86400)] | UnsetType = UNSET


class ProgressEventBody(Body, frozen=True, kw_only=True):
    """Event ``progress``: how far the indexing is now."""

    seq: Seq
    indexing: IndexingBody
    counts: CountsBody


class PhotoEventBody(Body, frozen=True, kw_only=True):
    """Event ``photo``: photos that can be found now and could not before, and those that can't any more.

    Of very many only the first are named: ``added`` is shorter than ``added_count`` then.
    """

    seq: Seq
    added: list[PhotoIdAnswer]
    removed: list[PhotoIdAnswer]
    added_count: int
    removed_count: int


class FolderEventBody(Body, frozen=True, kw_only=True):
    """Event ``folder``: all watched folders as they are now."""

    seq: Seq
    folders: list[FolderBody]


class StatusEventBody(Body, frozen=True, kw_only=True):
    """Event ``status``: model and notes; ``reset``: events are missing, so ask anew for what you show of the photos."""

    seq: Seq
    version: Annotated[str, Meta(examples=["0.1.0"])]
    model: ModelBody
    notes: list[str]
    reset: bool


EventBody = ProgressEventBody | PhotoEventBody | FolderEventBody | StatusEventBody
EVENTS: dict[str, type[EventBody]] = {
    "progress": ProgressEventBody,
    "photo": PhotoEventBody,
    "folder": FolderEventBody,
    "status": StatusEventBody,
}

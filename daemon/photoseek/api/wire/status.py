"""The shapes of what the daemon does: the indexing, the counts, the problems.

Offered by ``wire``; pure; any thread.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from photoseek.api.values import FolderPath, Moment, Seq
from photoseek.api.wire.folders import FolderBody
from photoseek.api.wire.models import ModelBody
from photoseek.api.wire.shapes import Body, Request


class IndexingRequest(Request, frozen=True, kw_only=True):
    """``POST /indexing``."""

    action: Literal["pause", "resume", "rescan"]


class IndexingBody(Body, frozen=True, kw_only=True):
    """How far the indexing is."""

    state: Literal["idle", "scanning", "indexing", "paused"]
    done: int
    total: int
    per_s: float
    eta_s: float | None
    note: str


class CountsBody(Body, frozen=True, kw_only=True):
    """The numbers; ``photos`` counts files, ``contents`` distinct MD5s."""

    photos: int
    contents: int
    vectors: int
    waiting: int
    problems: int


class StatusBody(Body, frozen=True, kw_only=True):
    """``GET /status``."""

    version: Annotated[str, Meta(examples=["0.1.0"])]
    model: ModelBody
    indexing: IndexingBody
    counts: CountsBody
    folders: list[FolderBody]
    notes: list[str] = msgspec.field(default_factory=list)
    seq: Seq = 0


class IndexingAnswerBody(Body, frozen=True, kw_only=True):
    """``POST /indexing``: how the indexing is after it; ``wait_for=seq`` waits for what a rescan finds."""

    indexing: IndexingBody
    seq: Seq = 0


class ProblemBody(Body, frozen=True, kw_only=True):
    """A file that could not be indexed and why."""

    path: FolderPath
    path_bytes: str | UnsetType = UNSET
    reason: Annotated[str, Meta(examples=["It is cut off."])]
    seen_at: Moment


class ProblemsBody(Body, frozen=True, kw_only=True):
    """``GET /problems``."""

    problems: list[ProblemBody]
    next_cursor: str | None


class RetriedBody(Body, frozen=True, kw_only=True):
    """``POST /problems/retry``: how many files are tried again; ``wait_for=seq`` waits for them."""

    retried: int
    seq: Seq = 0

"""The shapes of the watched folders.

Offered by ``wire``; pure; any thread.
"""

from typing import Literal

from msgspec import UNSET, UnsetType

from photoseek.api.values import Moment, NewFolderPath, PathText, Seq
from photoseek.api.wire.shapes import Body, Request


class FolderRequest(Request, frozen=True, kw_only=True):
    """``POST /folders``; the path is absolute, or begins with ``~``."""

    path: NewFolderPath


class ConfirmParameters(Request, frozen=True, kw_only=True):
    """``POST /folders/{id}/confirm-missing``; ``all`` also where the folder can't be reached or is empty."""

    all: bool = False


class FolderBody(Body, frozen=True, kw_only=True):
    """A watched folder; ``photos`` counts its files, offline ones included, ``missing`` those gone at once and kept.

    How far behind it is: ``waiting`` counts files that are known and can't be found yet, ``noticed_within_s`` says how
    soon a change is known (null while the folder can't be reached), ``last_scan`` when all of it was last looked at.
    """

    id: int
    path: PathText
    path_bytes: str | UnsetType = UNSET
    state: Literal["watching", "polling", "scanning", "offline"]
    photos: int
    missing: int = 0
    waiting: int = 0
    noticed_within_s: float | None = None
    last_scan: Moment
    note: str


class NewFolderBody(FolderBody, frozen=True, kw_only=True):
    """``POST /folders``; ``wait_for=seq`` waits until it has been taken in."""

    seq: Seq


class FoldersBody(Body, frozen=True, kw_only=True):
    """``GET /folders``; ``suggested`` is the person's pictures folder, where that isn't watched yet, else ``""``."""

    folders: list[FolderBody]
    suggested: str = ""


class RemovedBody(Body, frozen=True, kw_only=True):
    """``DELETE /folders/{id}``: the id of what is gone."""

    removed: int


class LetGoBody(Body, frozen=True, kw_only=True):
    """``POST /folders/{id}/confirm-missing``: how many files were let go."""

    let_go: int

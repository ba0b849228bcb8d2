"""What the daemon is doing: made by ``library``, shown by ``api`` and, for ``run``, by ``cli``. Pure data."""

from dataclasses import dataclass, field
from typing import Literal

from photoseek.domain.files import Folder
from photoseek.domain.indexing import Counts
from photoseek.domain.models import ModelStatus


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the indexing is.

    Attributes:
        done: Files dealt with since the work began, problems included.
        total: Files of this work, as far as known.
        per_s: Files a second, over the last seconds.
        eta_s: Seconds that are left at this speed; None while unknown or idle.
        note: Why it waits, such as a full disk; may be empty.
    """

    state: Literal["idle", "scanning", "indexing", "paused"] = "idle"
    done: int = 0
    total: int = 0
    per_s: float = 0.0
    eta_s: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """A watched folder with the number of photos in it, offline ones included.

    Attributes:
        missing: Files that were gone at once and are kept, until they are back or a person says that they are gone.
        waiting: Its files that are known and can't be found yet; none of those that are problems or can't be reached.
        noticed_within_s: A change in it is known after so many seconds, mostly sooner; None where it can't be reached.
    """

    folder: Folder
    photos: int
    missing: int = 0
    waiting: int = 0
    noticed_within_s: float | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """All of ``/status`` but the version.

    Attributes:
        notes: What a person should know of photoseek's own files, such as that one was damaged; in sentences.
    """

    model: ModelStatus
    progress: Progress
    counts: Counts
    folders: list[FolderStatus] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

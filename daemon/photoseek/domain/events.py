"""What a listener is told. Each event carries its sequence number.

Made by ``library.events``, sent by ``api.live``. Pure data.
"""

from dataclasses import dataclass, field

from photoseek.domain.indexing import Counts
from photoseek.domain.models import ModelStatus
from photoseek.domain.photos import PhotoId
from photoseek.domain.status import FolderStatus, Progress


@dataclass(frozen=True, slots=True)
class PhotosChanged:
    """Photos that can be found now and could not before, and the other way round.

    Attributes:
        added: Their ids; of very many only the first.
        removed: The same of those that went.
        added_count: Number of all that came.
        removed_count: Number of all that went.
    """

    seq: int
    added: list[PhotoId] = field(default_factory=list)
    removed: list[PhotoId] = field(default_factory=list)
    added_count: int = 0
    removed_count: int = 0


@dataclass(frozen=True, slots=True)
class ProgressChanged:
    """How far the indexing is now."""

    seq: int
    progress: Progress
    counts: Counts


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """All the watched folders as they are now."""

    seq: int
    folders: list[FolderStatus]


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The model and what a person should know.

    Attributes:
        reset: What this listener was told of the photos is not the whole story: it should ask anew.
    """

    seq: int
    model: ModelStatus
    notes: list[str]
    reset: bool = False


Event = PhotosChanged | ProgressChanged | FoldersChanged | StatusChanged

"""Events. See ``answers``."""

import msgspec

from photoseek import __version__
from photoseek.api.answers.folders import folder_body
from photoseek.api.answers.models import model_body
from photoseek.api.answers.status import counts_body, indexing_body
from photoseek.api.wire import FolderEventBody, PhotoEventBody, ProgressEventBody, StatusEventBody
from photoseek.domain import Event, FoldersChanged, PhotosChanged, ProgressChanged, StatusChanged


def event_body(event: Event) -> tuple[str, msgspec.Struct]:
    """The name of an event and what it tells."""
    match event:
        case ProgressChanged(seq, progress, counts):
            return "progress", ProgressEventBody(seq=seq, indexing=indexing_body(progress), counts=counts_body(counts))
        case FoldersChanged(seq, folders):
            return "folder", FolderEventBody(seq=seq, folders=[folder_body(folder) for folder in folders])
        case StatusChanged(seq, model, notes, reset):
            answering = model_body(model)
            return "status", StatusEventBody(seq=seq, version=__version__, model=answering, notes=notes, reset=reset)
        case PhotosChanged(seq, added, removed, added_count, removed_count):
            return "photo", PhotoEventBody(
                seq=seq, added=[*added], removed=[*removed], added_count=added_count, removed_count=removed_count
            )

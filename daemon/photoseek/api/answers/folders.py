"""Watched folders. See ``answers``."""

from collections.abc import Sequence

import msgspec

from photoseek.api.answers.values import moment, path_bytes, show_path, text
from photoseek.api.wire import FolderBody, FoldersBody, NewFolderBody
from photoseek.domain import FolderStatus


def folder_body(status: FolderStatus) -> FolderBody:
    """A watched folder."""
    folder = status.folder
    return FolderBody(
        id=folder.id,
        path=show_path(folder.path),
        path_bytes=path_bytes(folder.path),
        state=folder.state.value,
        photos=status.photos,
        missing=status.missing,
        waiting=status.waiting,
        noticed_within_s=status.noticed_within_s,
        last_scan="" if folder.last_scan_at is None else moment(folder.last_scan_at),
        note=text(folder.note),
    )


def folders_body(folders: Sequence[FolderStatus], suggested: bytes) -> FoldersBody:
    """All watched folders, and one that could be watched too."""
    return FoldersBody(folders=[folder_body(folder) for folder in folders], suggested=show_path(suggested))


def new_folder_body(status: FolderStatus, seq: int) -> NewFolderBody:
    """A folder that is watched from now on."""
    body = folder_body(status)
    return NewFolderBody(**msgspec.structs.asdict(body), seq=seq)

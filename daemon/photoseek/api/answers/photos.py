"""Photos, their files, and those of which there is more than one. See ``answers``."""

import os
from collections.abc import Sequence

from photoseek.api.answers.values import local_time, moment, path_bytes, show_path, state_of, text
from photoseek.api.wire import (
    AdditionBody,
    AdditionsBody,
    DuplicateBody,
    DuplicateGroupBody,
    DuplicatesBody,
    FileBody,
    FilesBody,
    OpenedBody,
    PhotoBody,
    PlaceBody,
    StackBody,
)
from photoseek.domain import Addition, DuplicateGroup, File, Photo, PhotoFile, PhotoId, Stack


def photo_body(photo: Photo) -> PhotoBody:
    """All that is known of a photo; it lies at one file at least."""
    facts, preferred = photo.facts, photo.files[0]
    return PhotoBody(
        id=photo.id,
        path=show_path(preferred.path),
        path_bytes=path_bytes(preferred.path),
        name=show_path(os.path.basename(preferred.path)),  # noqa: PTH119 - bytes
        folder_id=preferred.folder_id,
        format=facts.format,
        width=facts.width,
        height=facts.height,
        taken_at=local_time(photo.taken_at),
        taken_from=photo.taken_from,
        utc_offset=facts.taken_at.isoformat()[-6:] if facts.taken_at and facts.taken_at.tzinfo else "",
        camera=text(facts.camera),
        lens=text(facts.lens),
        latitude=facts.latitude,
        longitude=facts.longitude,
        place=text(photo.place),
        title=text(facts.description.title),
        caption=text(facts.description.caption),
        keywords=[text(word) for word in facts.description.keywords],
        size_bytes=photo.size_bytes,
        copies=len(photo.files),
        stack=stack_body(photo.stack),
        state=state_of(preferred.online),
        paths=[_place_body(file) for file in photo.files],
    )


def _place_body(file: PhotoFile) -> PlaceBody:
    """Where a photo lies."""
    return PlaceBody(
        path=show_path(file.path),
        path_bytes=path_bytes(file.path),
        folder_id=file.folder_id,
        state=state_of(file.online),
        modified_at=moment(file.mtime_ns / 1e9),
    )


def stack_body(stack: Stack | None) -> StackBody | None:
    """The stack that a photo stands for, or is in; None where it is alone."""
    return None if stack is None else StackBody(id=stack.id, count=stack.count)


def files_body(rows: Sequence[tuple[File, PhotoId, bool]], next_cursor: str | None) -> FilesBody:
    """A page of the files; each with its photo's id and whether it is online."""
    photos = [
        FileBody(
            id=photo_id,
            path=show_path(file.path),
            path_bytes=path_bytes(file.path),
            folder_id=file.folder_id,
            state=state_of(online),
            size_bytes=file.stamp.size_bytes,
        )
        for file, photo_id, online in rows
    ]
    return FilesBody(photos=photos, next_cursor=next_cursor)


def additions_body(additions: Sequence[Addition], seq: int) -> AdditionsBody:
    """What became of the files that were sent."""
    files = [
        AdditionBody(
            name=text(one.name),
            status=one.status,
            id=one.photo_id or "",
            path=show_path(one.path),
            path_bytes=path_bytes(one.path),
            reason=text(one.reason),
        )
        for one in additions
    ]
    return AdditionsBody(files=files, seq=seq)


def opened_body(path: bytes) -> OpenedBody:
    """The file that the desktop took."""
    return OpenedBody(path=show_path(path), path_bytes=path_bytes(path))


def duplicates_body(groups: Sequence[DuplicateGroup], next_cursor: str | None) -> DuplicatesBody:
    """A page of groups of photos of which there is more than one."""
    shown = [
        DuplicateGroupBody(
            kind=group.kind,
            size_bytes=group.size_bytes,
            spare_bytes=group.spare_bytes,
            photos=[_duplicate_body(photo) for photo in group.photos],
        )
        for group in groups
    ]
    return DuplicatesBody(groups=shown, next_cursor=next_cursor)


def _duplicate_body(photo: Photo) -> DuplicateBody:
    return DuplicateBody(
        id=photo.id,
        width=photo.facts.width,
        height=photo.facts.height,
        taken_at=local_time(photo.taken_at),
        size_bytes=photo.size_bytes,
        paths=[_place_body(file) for file in photo.files],
    )

"""How each JSON shape of ``wire`` is made from what the rooms speak of.

Used by the handlers and the guard. Pure; any thread.
"""

import base64
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import msgspec
from msgspec import UNSET, UnsetType

from photoseek import __version__
from photoseek.api.model_answers import model_body, text
from photoseek.api.wire import (
    AdditionBody,
    AdditionsBody,
    BackgroundBody,
    CountsBody,
    DuplicateBody,
    DuplicateGroupBody,
    DuplicatesBody,
    ErrorBody,
    ErrorDetail,
    ExampleBody,
    ExplainedBody,
    FileBody,
    FilesBody,
    FilterBody,
    FilterKeyBody,
    FolderBody,
    FolderEventBody,
    FoldersBody,
    FormBody,
    GrammarBody,
    HitBody,
    IndexingBody,
    JudgementBody,
    MatchesBody,
    NewFolderBody,
    OpenedBody,
    PhotoBody,
    PhotoEventBody,
    PhotoState,
    PlaceBody,
    ProblemBody,
    ProblemsBody,
    ProgressEventBody,
    QueryBody,
    SearchBody,
    StackBody,
    StatusBody,
    StatusEventBody,
    TermBody,
)
from photoseek.domain import (
    FORMS,
    KINDS,
    Addition,
    Counts,
    DuplicateGroup,
    Event,
    File,
    Filter,
    FoldersChanged,
    FolderStatus,
    Hit,
    Judgement,
    Photo,
    PhotoFile,
    PhotoId,
    PhotosChanged,
    Problem,
    Progress,
    ProgressChanged,
    Query,
    SearchAnswer,
    Stack,
    Status,
    StatusChanged,
    format_query,
)
from photoseek.errors import PhotoseekError, QueryError


def show_path(path: bytes) -> str:
    """A path for eyes: what is not UTF-8 becomes U+FFFD."""
    return path.decode("utf-8", "replace")


def path_bytes(path: bytes) -> str | UnsetType:
    """The whole path in base64 where ``show_path`` loses something, else UNSET (left out of the JSON)."""
    try:
        path.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(path).decode("ascii")
    return UNSET


def error_body(error: PhotoseekError) -> ErrorBody:
    """An error in the one shape."""
    at = error.at if isinstance(error, QueryError) and error.at is not None else UNSET
    return ErrorBody(error=ErrorDetail(code=error.code, message=text(error.message), hint=text(error.hint), at=at))


def search_body(answer: SearchAnswer, *, explain: bool = False) -> SearchBody:
    """A page of hits, with how the query was understood if asked."""
    query = QueryBody(
        text=text(answer.query.text),
        filters=_filters(answer.query.filters),
        notes=[text(note) for note in answer.notes],
        explained=_explained_body(answer.query) if explain else UNSET,
    )
    return SearchBody(
        query=query,
        model=text(answer.model),
        took_ms=round(answer.took_ms, 2),
        good_matches=answer.good_matches,
        photos=[hit_body(hit, explain=answer.query if explain else None) for hit in answer.hits],
        next_cursor=answer.next_cursor,
    )


def _filters(filters: Sequence[Filter]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for one in filters:
        values.setdefault(f"-{one.key}" if one.negated else one.key, []).append(one.value)
    return values


def _explained_body(query: Query) -> ExplainedBody:
    return ExplainedBody(
        query=format_query(query),
        terms=[TermBody(text=term.text, weight=term.weight) for term in query.terms],
        like=[ExampleBody(id=one.photo, weight=one.weight) for one in query.like],
        picture=query.picture is not None,
        filters=_filter_bodies(query.filters),
        order="best" if query.ranks else "newest",
    )


def grammar_body() -> GrammarBody:
    """The query grammar, from the parser's own tables."""
    return GrammarBody(
        forms=[FormBody(form=one.form, meaning=one.meaning, examples=list(one.examples)) for one in FORMS],
        keys=[
            FilterKeyBody(key=key, meaning=kind.meaning, examples=list(kind.examples)) for key, kind in KINDS.items()
        ],
    )


def hit_body(hit: Hit, *, explain: Query | None = None) -> HitBody:
    """A hit, with how it was judged for a query if asked; its photo lies at one file at least."""
    photo, preferred = hit.photo, hit.photo.files[0]
    return HitBody(
        id=photo.id,
        path=show_path(preferred.path),
        path_bytes=path_bytes(preferred.path),
        name=show_path(os.path.basename(preferred.path)),  # noqa: PTH119 - bytes
        folder_id=preferred.folder_id,
        score=round(hit.score, 6),
        relevance=round(hit.relevance, 4),
        width=photo.facts.width,
        height=photo.facts.height,
        taken_at=_local(photo.taken_at),
        taken_from=photo.taken_from,
        camera=text(photo.facts.camera),
        size_bytes=photo.size_bytes,
        copies=len(photo.files),
        stack=_stack_body(photo.stack),
        state=_state(preferred.online),
        why=[*hit.why],
        judgement=UNSET if explain is None or hit.judgement is None else _judgement_body(hit, hit.judgement, explain),
    )


def _stack_body(stack: Stack | None) -> StackBody | None:
    return None if stack is None else StackBody(id=stack.id, count=stack.count)


def _judgement_body(hit: Hit, judged: Judgement, query: Query) -> JudgementBody:
    words = {where: [text(word) for word in found] for where, found in asdict(judged.matches).items()}
    return JudgementBody(
        cosine=round(hit.score, 6),
        background=BackgroundBody(cut_off=round(judged.cut_off, 6), sigma=round(judged.sigma, 6)),
        by_picture=round(judged.by_picture, 4),
        words=MatchesBody(**words),
        whole=judged.whole,
        by_words=round(judged.by_words, 4),
        fused=round(hit.relevance, 4),
        filters=_filter_bodies(query.filters),
    )


def _filter_bodies(filters: Sequence[Filter]) -> list[FilterBody]:
    return [FilterBody(key=one.key, value=one.value, negated=one.negated) for one in filters]


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
        taken_at=_local(photo.taken_at),
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
        stack=_stack_body(photo.stack),
        state=_state(preferred.online),
        paths=[_place_body(file) for file in photo.files],
    )


def _place_body(file: PhotoFile) -> PlaceBody:
    return PlaceBody(
        path=show_path(file.path),
        path_bytes=path_bytes(file.path),
        folder_id=file.folder_id,
        state=_state(file.online),
        modified_at=_moment(file.mtime_ns / 1e9),
    )


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


def files_body(rows: Sequence[tuple[File, PhotoId, bool]], next_cursor: str | None) -> FilesBody:
    """A page of the files; each with its photo's id and whether it is online."""
    photos = [
        FileBody(
            id=photo_id,
            path=show_path(file.path),
            path_bytes=path_bytes(file.path),
            folder_id=file.folder_id,
            state=_state(online),
            size_bytes=file.stamp.size_bytes,
        )
        for file, photo_id, online in rows
    ]
    return FilesBody(photos=photos, next_cursor=next_cursor)


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
        last_scan="" if folder.last_scan_at is None else _moment(folder.last_scan_at),
        note=text(folder.note),
    )


def folders_body(folders: Sequence[FolderStatus], suggested: bytes) -> FoldersBody:
    """All watched folders, and one that could be watched too."""
    return FoldersBody(folders=[folder_body(folder) for folder in folders], suggested=show_path(suggested))


def opened_body(path: bytes) -> OpenedBody:
    """The file that the desktop took."""
    return OpenedBody(path=show_path(path), path_bytes=path_bytes(path))


def new_folder_body(status: FolderStatus, seq: int) -> NewFolderBody:
    """A folder that is watched from now on."""
    body = folder_body(status)
    return NewFolderBody(**msgspec.structs.asdict(body), seq=seq)


def event_body(event: Event) -> tuple[str, msgspec.Struct]:
    """The name of an event and what it tells."""
    match event:
        case ProgressChanged(seq, progress, counts):
            return "progress", ProgressEventBody(seq=seq, indexing=indexing_body(progress), counts=_counts_body(counts))
        case FoldersChanged(seq, folders):
            return "folder", FolderEventBody(seq=seq, folders=[folder_body(folder) for folder in folders])
        case StatusChanged(seq, model, notes, reset):
            answering = model_body(model)
            return "status", StatusEventBody(seq=seq, version=__version__, model=answering, notes=notes, reset=reset)
        case PhotosChanged(seq, added, removed, added_count, removed_count):
            return "photo", PhotoEventBody(
                seq=seq, added=[*added], removed=[*removed], added_count=added_count, removed_count=removed_count
            )


def status_body(status: Status, seq: int) -> StatusBody:
    """What the daemon is doing."""
    return StatusBody(
        version=__version__,
        model=model_body(status.model),
        indexing=indexing_body(status.progress),
        counts=_counts_body(status.counts),
        folders=[folder_body(folder) for folder in status.folders],
        notes=status.notes,
        seq=seq,
    )


def indexing_body(progress: Progress) -> IndexingBody:
    """How far the indexing is."""
    return IndexingBody(
        state=progress.state,
        done=progress.done,
        total=progress.total,
        per_s=round(progress.per_s, 1),
        eta_s=None if progress.eta_s is None else round(progress.eta_s, 1),
        note=text(progress.note),
    )


def _counts_body(counts: Counts) -> CountsBody:
    return CountsBody(
        photos=counts.photos,
        contents=counts.contents,
        vectors=counts.vectors,
        waiting=counts.waiting,
        problems=counts.problems,
    )


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
        taken_at=_local(photo.taken_at),
        size_bytes=photo.size_bytes,
        paths=[_place_body(file) for file in photo.files],
    )


def problems_body(problems: Sequence[Problem], next_cursor: str | None) -> ProblemsBody:
    """A page of the problems."""
    rows = [
        ProblemBody(
            path=show_path(problem.path),
            path_bytes=path_bytes(problem.path),
            reason=text(problem.reason),
            seen_at=_moment(problem.seen_at),
        )
        for problem in problems
    ]
    return ProblemsBody(problems=rows, next_cursor=next_cursor)


def _state(online: bool) -> PhotoState:
    return "online" if online else "offline"


def _local(taken_at: datetime | None) -> str:
    return "" if taken_at is None else taken_at.replace(tzinfo=None).isoformat(timespec="seconds")


def _moment(unix_s: float) -> str:
    """A moment in UTC; a file's time may be one that no calendar has."""
    try:
        return datetime.fromtimestamp(unix_s, UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    except (ValueError, OverflowError, OSError):
        return ""

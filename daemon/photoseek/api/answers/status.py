"""What the daemon does, and what went wrong. See ``answers``."""

from collections.abc import Sequence

from photoseek import __version__
from photoseek.api.answers.folders import folder_body
from photoseek.api.answers.models import model_body
from photoseek.api.answers.values import moment, path_bytes, show_path, text
from photoseek.api.wire import CountsBody, IndexingBody, ProblemBody, ProblemsBody, StatusBody
from photoseek.domain import Counts, Problem, Progress, Status


def status_body(status: Status, seq: int) -> StatusBody:
    """What the daemon is doing."""
    return StatusBody(
        version=__version__,
        model=model_body(status.model),
        indexing=indexing_body(status.progress),
        counts=counts_body(status.counts),
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


def counts_body(counts: Counts) -> CountsBody:
    """How many there are."""
    return CountsBody(
        photos=counts.photos,
        contents=counts.contents,
        vectors=counts.vectors,
        waiting=counts.waiting,
        problems=counts.problems,
    )


def problems_body(problems: Sequence[Problem], next_cursor: str | None) -> ProblemsBody:
    """A page of the problems."""
    rows = [
        ProblemBody(
            path=show_path(problem.path),
            path_bytes=path_bytes(problem.path),
            reason=text(problem.reason),
            seen_at=moment(problem.seen_at),
        )
        for problem in problems
    ]
    return ProblemsBody(problems=rows, next_cursor=next_cursor)

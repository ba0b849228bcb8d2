"""How far a daemon in the foreground is: a line that moves in a terminal, plain lines now and then elsewhere.

Called by ``run``; a coroutine on the daemon's own loop. Writes to stderr. The numbers are those of ``/status``.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from photoseek.cli.terminal import duration, number, readable
from photoseek.errors import CatalogueError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from photoseek.domain import Status

# Twice a second looks alive and costs the catalogue next to nothing; idle needs no more than a glance.
_BUSY_S = 0.5
_IDLE_S = 2.0
_PLAIN_LINE_EVERY_S = 10.0

Read = Callable[[], Awaitable["Status"]]


class Display(Protocol):
    """Shows one status after the other."""

    def show(self, status: "Status") -> None:
        """A new status is there."""

    def close(self) -> None:
        """No more will come."""


async def follow(read: Read, display: Display) -> None:
    """Show the status until cancelled."""
    is_idle = False
    try:
        while True:
            with suppress(CatalogueError):  # it is being repaired, or closed already since the daemon ends
                status = await read()
                display.show(status)
                is_idle = status.progress.state == "idle"
            await asyncio.sleep(_IDLE_S if is_idle else _BUSY_S)
    finally:
        display.close()


def doing(status: "Status") -> str:
    """What the daemon is about, in a word or three."""
    progress = status.progress
    if progress.state in ("indexing", "scanning") and status.model.state == "downloading":
        return "fetching the model"
    if progress.state == "indexing" and status.model.state == "loading":
        return "loading the model"
    return {"scanning": "looking through the folders", "idle": "done"}.get(progress.state, progress.state)


def numbers(status: "Status") -> str:
    """``31.2 a second, 2 min left``; what is unknown is left out."""
    progress = status.progress
    words = [f"{progress.per_s:.1f} a second"] if progress.per_s else []
    words += [f"{duration(progress.eta_s)} left"] if progress.eta_s is not None else []
    return ", ".join(words)


def summary(status: "Status") -> str:
    """What one should know when the work is done."""
    counts = status.counts
    words = f"{number(counts.vectors, 'photo')} can be found"
    if counts.photos != counts.vectors:
        words += f", in {number(counts.photos, 'file')}"
    if counts.problems:
        words += f", {number(counts.problems, 'file')} could not be indexed: `photoseek problems` says why"
    return words + "."


class _Remarks:
    """Says what changed in words: the model, what stands in the way, and that all is done."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._model = ""
        self._said: set[str] = set()
        self._was_busy = True

    def show(self, status: "Status") -> None:
        words = _model_words(status)
        if words and words != self._model:
            self._model = words
            self._said.add(status.model.note)  # where the indexing waits for the model, its note says the same
            self._say(words)
        for note in (*status.notes, _next_words(status), status.progress.note):
            if note and note not in self._said:
                self._said.add(note)
                self._say(note)
        busy = status.progress.state != "idle"
        if self._was_busy and not busy and status.folders:
            self._say(summary(status))
        self._was_busy = busy


def _model_words(status: "Status") -> str:
    """Which model it is, with its note; empty while that isn't known."""
    model = status.model
    if model.state == "failed":
        return f"No model: {model.note}"
    if model.name in ("", "auto"):  # it is still being decided
        return ""
    return f"Model: {model.name} - {model.note}" if model.note else f"Model: {model.name}"


def _next_words(status: "Status") -> str:
    """That another model is prepared, or that it can't be; once, not how far it is."""
    coming = status.model.next
    if coming is None or coming.state in ("waiting", "loading"):
        return ""
    if coming.state == "failed":
        return f"{coming.name} does not take over: {coming.note}"
    doing = "is downloaded" if coming.state == "downloading" else "looks at all photos"
    return f"{coming.name} {doing}; {status.model.name} answers meanwhile."


class MovingLine:
    """One line at the bottom of a terminal, gone when there is nothing to do."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._remarks = _Remarks(lambda words: console.print(readable(words), markup=False, highlight=False))
        self._line: Progress | None = None

    def show(self, status: "Status") -> None:
        """Draw the line anew."""
        progress = status.progress
        if progress.state == "idle":
            self.close()
        self._remarks.show(status)
        if progress.state == "idle":
            return
        if self._line is None:
            self._line = _new_line(self._console)
        self._line.update(
            self._line.task_ids[0],
            description=doing(status),
            completed=progress.done,
            total=progress.total or None,
            numbers=numbers(status),
            files=f"{progress.done:,}/{progress.total:,}" if progress.total else "",
        )
        self._line.start()  # does nothing when it is started already
        self._line.refresh()

    def close(self) -> None:
        """Take the line away."""
        if self._line is not None:
            self._line.stop()
            self._line = None


def _new_line(console: "Console") -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415 - slow to import

    line = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[files]}", markup=False),
        TextColumn("{task.fields[numbers]}", markup=False, style="dim"),
        console=console,
        transient=True,
        auto_refresh=False,
    )
    line.add_task("", total=None, files="", numbers="")
    return line


class PlainLines:
    """A line now and then, for a log or a pipe."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say = say
        self._clock = clock
        self._remarks = _Remarks(say)
        self._doing = ""
        self._next_at = 0.0

    def show(self, status: "Status") -> None:
        """Say it when it is another thing than before, or when it is time again."""
        self._remarks.show(status)
        now, what, progress = self._clock(), doing(status), status.progress
        if progress.state == "idle" or (what == self._doing and now < self._next_at):
            self._doing = what
            return
        self._doing, self._next_at = what, now + _PLAIN_LINE_EVERY_S
        words = [what] + ([f"{progress.done:,}/{progress.total:,}"] if progress.total else []) + [numbers(status)]
        self._say(", ".join(word for word in words if word))

    def close(self) -> None:
        """Nothing is left open."""

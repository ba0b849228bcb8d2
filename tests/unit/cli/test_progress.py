"""What a daemon in the foreground shows of its work."""

import asyncio
import io
from dataclasses import replace

import pytest
from rich.console import Console

from photoseek.cli.progress import MovingLine, PlainLines, doing, follow, numbers, summary
from photoseek.domain import (
    Counts,
    Folder,
    FolderId,
    FolderState,
    FolderStatus,
    ModelStatus,
    NextModel,
    Progress,
    Status,
)
from photoseek.errors import CatalogueError

FOLDER = FolderStatus(Folder(FolderId(1), b"/p", FolderState.WATCHING), 3)
READY = ModelStatus("clip-ViT-L-14", "ready", 768)
IDLE = Status(READY, Progress(), Counts(photos=1200, contents=1100, vectors=1100, problems=2), [FOLDER])
BUSY = replace(IDLE, progress=Progress("indexing", done=120, total=3000, per_s=31.24, eta_s=93.0))
SCANNING = replace(IDLE, progress=Progress("scanning"))
LOADING = replace(BUSY, model=ModelStatus("", "loading"))


class Lines:
    """Plain lines, and a clock that a test moves."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.now = 0.0
        self.display = PlainLines(self.said.append, lambda: self.now)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (BUSY, "indexing"),
        (SCANNING, "looking through the folders"),
        (LOADING, "loading the model"),
        (replace(BUSY, model=ModelStatus("x", "downloading")), "fetching the model"),
        (replace(BUSY, progress=Progress("paused")), "paused"),
    ],
)
def test_it_says_what_it_is_doing(status: Status, words: str) -> None:
    assert doing(status) == words


def test_unknown_numbers_are_left_out() -> None:
    assert numbers(BUSY) == "31.2 a second, 2 min left"
    assert numbers(SCANNING) == ""


def test_the_summary_counts_photos_copies_and_problems() -> None:
    assert summary(IDLE) == (
        "1,100 photos can be found, in 1,200 files, 2 files could not be indexed: `photoseek problems` says why."
    )


def test_the_summary_counts_what_a_search_finds_and_not_what_waits_for_a_model() -> None:
    counts = Counts(photos=1200, contents=1100, vectors=0, waiting=1100)
    assert summary(replace(IDLE, counts=counts)) == "0 photos can be found, in 1,200 files."


def test_plain_lines_come_with_each_change_and_every_ten_seconds() -> None:
    lines = Lines()
    for now, status in [(0, SCANNING), (1, SCANNING), (2, LOADING), (3, BUSY), (4, BUSY), (13, BUSY), (14, IDLE)]:
        lines.now = now
        lines.display.show(status)
    assert lines.said == [
        "Model: clip-ViT-L-14",
        "looking through the folders",
        "loading the model, 120/3,000, 31.2 a second, 2 min left",
        "indexing, 120/3,000, 31.2 a second, 2 min left",
        "indexing, 120/3,000, 31.2 a second, 2 min left",
        summary(IDLE),
    ]


def test_the_model_is_said_once_with_its_note() -> None:
    lines = Lines()
    starter = replace(SCANNING, model=ModelStatus("starter", "ready", 384, "No model hub: the small one."))
    lines.display.show(starter)
    lines.display.show(replace(starter, progress=BUSY.progress))
    assert [line for line in lines.said if line.startswith("Model")] == [
        "Model: starter - No model hub: the small one."
    ]


def test_a_model_that_failed_is_said_once_though_it_has_no_name_and_the_indexing_waits_for_it() -> None:
    lines = Lines()
    failed = replace(SCANNING, model=ModelStatus("", "failed", 0, "There is no network."))
    lines.display.show(failed)
    lines.display.show(replace(failed, progress=Progress("indexing", total=7, note="There is no network.")))
    assert lines.said == ["No model: There is no network.", "looking through the folders", "indexing, 0/7"]


def test_the_next_model_is_spoken_of_once_and_so_is_its_failure() -> None:
    lines = Lines()
    for coming in (
        NextModel("L", "loading"),
        NextModel("L", "indexing", 1, 9),
        NextModel("L", "indexing", 2, 9),
        NextModel("L", "failed", note="It broke down."),
    ):
        lines.display.show(replace(IDLE, model=replace(READY, next=coming)))
    assert [line for line in lines.said if line.startswith("L ")] == [
        "L looks at all photos; clip-ViT-L-14 answers meanwhile.",
        "L does not take over: It broke down.",
    ]


def test_work_that_comes_later_is_shown_too() -> None:
    lines = Lines()
    for status in (IDLE, BUSY, IDLE):
        lines.display.show(status)
    assert lines.said.count(summary(IDLE)) == 2


def shown(width: int, *statuses: Status) -> str:
    file = io.StringIO()
    line = MovingLine(Console(file=file, force_terminal=True, width=width, color_system=None))
    for status in statuses:
        line.show(status)
    line.close()
    return file.getvalue()


def test_the_moving_line_fits_in_80_columns_on_one_line() -> None:
    output = shown(80, LOADING)
    drawn = next(line for line in output.splitlines() if "loading the model" in line)
    assert "120/3,000" in drawn
    assert "31.2 a second, 2 min left" in drawn


def test_the_moving_line_goes_when_the_work_is_done() -> None:
    output = shown(80, BUSY, IDLE)
    wiped, _, rest = output.rpartition("\x1b[2K")
    assert "indexing" in wiped
    assert rest.replace("\n", "") == summary(IDLE)


async def test_following_ends_when_it_is_cancelled_and_closes_the_display() -> None:
    seen, closed = asyncio.Event(), asyncio.Event()

    class Seeing:
        def show(self, status: Status) -> None:
            seen.set()

        def close(self) -> None:
            closed.set()

    async def read() -> Status:
        return BUSY

    task = asyncio.create_task(follow(read, Seeing()))
    await seen.wait()
    task.cancel()
    await asyncio.wait({task})
    assert closed.is_set()


async def test_following_goes_on_after_a_catalogue_that_could_not_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photoseek.cli.progress._BUSY_S", 0.0)
    seen = asyncio.Event()
    answers: list[Status | CatalogueError] = [CatalogueError("It is being repaired."), BUSY]

    class Seeing:
        def show(self, status: Status) -> None:
            seen.set()

        def close(self) -> None:
            pass

    async def read() -> Status:
        answer = answers.pop(0) if answers else BUSY
        if isinstance(answer, CatalogueError):
            raise answer
        return answer

    task = asyncio.create_task(follow(read, Seeing()))
    await asyncio.wait({task, asyncio.create_task(seen.wait())}, return_when=asyncio.FIRST_COMPLETED)
    assert seen.is_set()
    task.cancel()


def test_a_model_that_is_not_decided_yet_is_not_said() -> None:
    lines = Lines()
    lines.display.show(replace(SCANNING, model=ModelStatus("auto", "loading")))
    assert lines.said == ["looking through the folders"]

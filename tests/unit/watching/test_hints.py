"""What events mean. Real events of watchdog, without the system."""

import os

import pytest
from watchdog.events import (
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
)

from photoseek.watching.hints import HintHandler

Hint = tuple[set[bytes], set[bytes]]


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        (FileClosedEvent("/photos/a/b.jpg"), ({b"a/b.jpg"}, set())),
        (FileClosedEvent("/photos/a/notes.txt"), None),
        (FileClosedEvent("/photos/.cache/b.jpg"), None),
        (FileClosedEvent("/photos/._b.jpg"), None),
        (FileClosedEvent("/photosed/b.jpg"), None),
        (FileMovedEvent("/photos/b.part", "/photos/b.jpg"), ({b"b.jpg"}, set())),
        (FileMovedEvent("/photos/b.jpg", "/photos/c.jpg"), ({b"b.jpg", b"c.jpg"}, set())),
        (DirMovedEvent("/photos/a", "/photos/b"), (set(), {b"a", b"b"})),
        (DirMovedEvent("/photos/.a", "/photos/b"), (set(), {b"b"})),
        (DirMovedEvent("/photos", "/elsewhere"), (set(), {b""})),
        (FileCreatedEvent("/photos/a/.nomedia"), (set(), {b"a"})),
        (FileCreatedEvent("/photos/.noimage"), (set(), {b""})),
        (FileClosedEvent(os.fsdecode(b"/photos/\xff\n.jpg")), ({b"\xff\n.jpg"}, set())),
    ],
)
def test_an_event_means_places_to_look_at(event: FileSystemEvent, hint: Hint | None) -> None:
    hints: list[Hint] = []
    HintHandler(b"/photos", lambda files, folders, _: hints.append((set(files), set(folders)))).dispatch(event)

    assert hints == ([] if hint is None else [hint])


@pytest.mark.parametrize(
    ("event", "gone"),
    [
        (FileDeletedEvent("/photos/b.jpg"), [True]),
        (DirDeletedEvent("/photos/a"), [True]),
        (FileMovedEvent("/photos/b.jpg", "/photos/.Trash-1000/files/b.jpg"), [True]),
        (FileMovedEvent("/photos/b.jpg", "/photos/b.jpg.bak"), [True]),
        (FileMovedEvent("/photos/b.jpg", "/photos/c.jpg"), [False]),
        (FileMovedEvent("/photos/b.part", "/photos/b.jpg"), [False]),
        (FileClosedEvent("/photos/b.jpg"), [False]),
        (FileDeletedEvent("/photos/.b.jpg"), []),
        (FileMovedEvent("/photos/.a/b.jpg", "/photos/.b/b.jpg"), []),
    ],
)
def test_an_event_says_whether_something_went(event: FileSystemEvent, gone: list[bool]) -> None:
    told: list[bool] = []
    HintHandler(b"/photos", lambda _, __, is_gone: told.append(is_gone)).dispatch(event)

    assert told == gone


def test_an_event_that_makes_no_sense_makes_the_whole_folder_be_looked_at() -> None:
    hints: list[Hint] = []
    event = FileClosedEvent("/photos/\ud800.jpg")
    HintHandler(b"/photos", lambda files, folders, _: hints.append((set(files), set(folders)))).dispatch(event)

    assert hints == [(set(), {b""})]

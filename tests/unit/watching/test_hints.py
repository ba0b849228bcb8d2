"""What events mean. Real events of watchdog, without the system."""

import os

import pytest
from watchdog.events import DirMovedEvent, FileClosedEvent, FileCreatedEvent, FileMovedEvent, FileSystemEvent

from photoseek.watching.hints import HintHandler

Hint = tuple[set[bytes], set[bytes]]


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        (FileClosedEvent("/root/a/b.jpg"), ({b"a/b.jpg"}, set())),
        (FileClosedEvent("/root/a/notes.txt"), None),
        (FileClosedEvent("/root/.cache/b.jpg"), None),
        (FileClosedEvent("/root/._b.jpg"), None),
        (FileClosedEvent("/rooted/b.jpg"), None),
        (FileMovedEvent("/root/b.part", "/root/b.jpg"), ({b"b.jpg"}, set())),
        (FileMovedEvent("/root/b.jpg", "/root/c.jpg"), ({b"b.jpg", b"c.jpg"}, set())),
        (DirMovedEvent("/root/a", "/root/b"), (set(), {b"a", b"b"})),
        (DirMovedEvent("/root/.a", "/root/b"), (set(), {b"b"})),
        (DirMovedEvent("/root", "/elsewhere"), (set(), {b""})),
        (FileCreatedEvent("/root/a/.nomedia"), (set(), {b"a"})),
        (FileCreatedEvent("/root/.noimage"), (set(), {b""})),
        (FileClosedEvent(os.fsdecode(b"/root/\xff\n.jpg")), ({b"\xff\n.jpg"}, set())),
    ],
)
def test_an_event_means_places_to_look_at(event: FileSystemEvent, hint: Hint | None) -> None:
    hints: list[Hint] = []
    HintHandler(b"/root", lambda files, folders: hints.append((set(files), set(folders)))).dispatch(event)

    assert hints == ([] if hint is None else [hint])


def test_an_event_that_makes_no_sense_makes_the_whole_folder_be_looked_at() -> None:
    hints: list[Hint] = []
    event = FileClosedEvent("/root/\ud800.jpg")
    HintHandler(b"/root", lambda files, folders: hints.append((set(files), set(folders)))).dispatch(event)

    assert hints == [(set(), {b""})]

"""What watchdog's inotify keeps to itself and ours tells. Real instances, events made by hand."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("inotify is Linux'", allow_module_level=True)

from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

from photoseek.watching.inotify import TellingInotify


class Told:
    """What an instance told."""

    def __init__(self) -> None:
        self.overflows = 0
        self.refusals: list[OSError] = []

    def overflow(self) -> None:
        self.overflows += 1


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def inotify(tmp_path: Path, told: Told) -> Iterator[TellingInotify]:
    inotify = TellingInotify(os.fsencode(tmp_path), on_refused=told.refusals.append, on_overflow=told.overflow)
    inotify.start()
    yield inotify
    inotify.stop()
    inotify.join()


def event(mask: Mask, watch: int = -1) -> InotifyEvent:
    return InotifyEvent(WatchDescriptor(watch), mask, 0, b"")


def test_an_overflow_is_told(inotify: TellingInotify, told: Told) -> None:
    inotify.handle_event(event(InotifyConstants.IN_Q_OVERFLOW))

    assert told.overflows == 1


def test_an_event_that_watchdog_fails_with_is_told_and_ends_nothing(
    inotify: TellingInotify, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: InotifyFD, event: InotifyEvent) -> None:
        raise KeyError(event)

    monkeypatch.setattr(InotifyFD, "handle_event", fail)
    inotify.handle_event(event(InotifyConstants.IN_CREATE))

    assert told.overflows == 1
    assert inotify.is_alive()


@pytest.mark.parametrize("mask", [InotifyConstants.IN_UNMOUNT, InotifyConstants.IN_IGNORED])
def test_the_end_of_the_roots_watch_is_known(tmp_path: Path, inotify: TellingInotify, mask: Mask) -> None:
    class Callback:
        def on_event(self, event: InotifyEvent) -> None: ...
        def on_watch_deleted(self, wd: WatchDescriptor) -> None: ...
        def on_queue_overflow(self) -> None: ...

    watch = inotify.add_callback(os.fsencode(tmp_path), InotifyConstants.IN_CREATE, Callback(), 1)  # type: ignore[arg-type]
    assert inotify.watches_root
    inotify.handle_event(event(mask, watch + 1))
    assert inotify.watches_root
    inotify.handle_event(event(mask, watch))
    assert not inotify.watches_root


def test_a_folder_that_is_gone_is_no_refusal(tmp_path: Path, inotify: TellingInotify, told: Told) -> None:
    with pytest.raises(FileNotFoundError):
        inotify.add_callback(os.fsencode(tmp_path / "gone"), InotifyConstants.IN_CREATE, None, 1)  # type: ignore[arg-type]

    assert told.refusals == []

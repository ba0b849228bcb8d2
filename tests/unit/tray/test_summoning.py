"""How a ready window is told to show itself. The sockets are real; the window is a list of what it was told."""

import contextlib
import socket
import stat
import sys
from collections.abc import Callable
from multiprocessing.connection import Client
from pathlib import Path

import pytest
from click.testing import CliRunner

from photoseek.cli.quick import command
from photoseek.paths import Paths
from photoseek.tray.quick.summoning import listening, summon

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at socket files")


@pytest.fixture
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Folders with a path that is short enough for a socket."""
    folder = tmp_path_factory.mktemp("q")
    return Paths(folder / "config", folder / "data", folder / "cache", folder / "rt")


def heard_in(told: list[str]) -> Callable[[str], bool]:
    """A window that comes each time."""

    def show(words: str) -> bool:
        told.append(words)
        return True

    return show


def test_a_window_is_told_the_words_and_whoever_summons_hears_that_it_came(paths: Paths) -> None:
    told: list[str] = []
    with listening(paths, heard_in(told)) as listens:
        assert listens
        assert summon(paths, "dog on the beach in Köln")
        assert summon(paths)
    assert told == ["dog on the beach in Köln", ""]


def test_the_words_of_a_command_line_are_joined_as_those_of_search_are(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("photoseek.paths.find_paths", lambda: paths)
    with listening(paths, heard_in(told)):
        for words in (["dog", "-red car", "folder:My Photos"], ["dog on the beach"], []):
            assert CliRunner().invoke(command, words).exit_code == 0
    assert told == ['dog -"red car" folder:"My Photos"', "dog on the beach", ""]


def test_nobody_comes_where_no_window_is_ready(paths: Paths) -> None:
    assert not summon(paths)
    with listening(paths, lambda _: True):
        pass
    assert not summon(paths)
    assert not (paths.runtime / "quick.sock").exists()


def test_a_window_that_does_not_come_is_told_apart(paths: Paths) -> None:
    with listening(paths, lambda _: False):
        assert not summon(paths)


def test_only_this_person_reaches_the_window(paths: Paths) -> None:
    with listening(paths, lambda _: True):
        assert stat.S_IMODE(paths.runtime.stat().st_mode) == 0o700


def test_a_second_window_does_not_take_the_place_of_the_first(paths: Paths) -> None:
    first: list[str] = []
    second: list[str] = []
    with listening(paths, heard_in(first)), listening(paths, heard_in(second)) as listens:
        assert not listens
        assert summon(paths, "dog")
    assert (first, second) == (["dog"], [])


def test_the_socket_of_a_window_that_was_killed_is_replaced(paths: Paths) -> None:
    paths.make()
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(paths.runtime / "quick.sock"))
    with listening(paths, lambda _: True) as listens:
        assert listens
        assert summon(paths)


def test_nonsense_does_not_keep_the_next_caller_from_being_heard(paths: Paths) -> None:
    with listening(paths, lambda _: True):
        address = str(paths.runtime / "quick.sock")
        Client(address).close()
        for nonsense in (b"", b"\x80\x04", b"\xff" * 70_000):
            with Client(address) as caller, contextlib.suppress(OSError):  # it may hang up before the end
                caller.send_bytes(nonsense)
        assert summon(paths)


def test_where_the_path_is_too_long_for_a_socket_nothing_listens(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    paths = Paths(folder / "config", folder / "data", folder / "cache", folder / "rt")
    with listening(paths, lambda _: True) as listens:
        assert not listens
    assert not summon(paths)

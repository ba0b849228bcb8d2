"""The last searches: a real file in a temporary place."""

import sys
from pathlib import Path

import pytest

from photoseek.paths import Paths, find_paths
from photoseek.tray.recent import KEPT, clear_recent, note_search, read_recent


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    kinds = ("CONFIG", "DATA", "CACHE", "RUNTIME")
    paths = find_paths({f"PHOTOSEEK_{kind}_DIR": str(tmp_path / kind) for kind in kinds})
    paths.make()
    return paths


def test_the_newest_comes_first_and_only_the_last_ones_are_kept(paths: Paths) -> None:
    for number in range(KEPT + 2):
        note_search(paths, f"search {number}")
    assert read_recent(paths) == tuple(f"search {number}" for number in range(KEPT + 1, 1, -1))


def test_a_search_that_is_made_again_moves_to_the_front(paths: Paths) -> None:
    for text in ("dog", "Söllner Straße 東京", "  dog\n"):
        note_search(paths, text)
    assert read_recent(paths) == ("dog", "Söllner Straße 東京")


def test_a_blank_search_is_none(paths: Paths) -> None:
    note_search(paths, " \n")
    assert not paths.recent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such permissions")
def test_nobody_else_can_read_them(paths: Paths) -> None:
    note_search(paths, "dog")
    assert paths.recent.stat().st_mode & 0o777 == 0o600


def test_they_can_be_forgotten(paths: Paths) -> None:
    note_search(paths, "dog")
    clear_recent(paths)
    assert read_recent(paths) == ()
    assert "dog" not in paths.recent.read_text("utf-8")


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1, null]", '"dog"'])
def test_a_file_that_holds_something_else_counts_as_none(paths: Paths, content: str) -> None:
    paths.recent.write_text(content)
    assert read_recent(paths) == ()
    note_search(paths, "dog")
    assert read_recent(paths) == ("dog",)


def test_a_folder_that_can_not_be_written_to_breaks_nothing(paths: Paths) -> None:
    paths.recent.mkdir()
    note_search(paths, "dog")
    assert read_recent(paths) == ()

"""Photos in a terminal that can show them: a real pseudo-terminal that answers as one would."""

import io
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.cli.bodies import STATUS, found, hit
from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon

termios = pytest.importorskip("termios", reason="no pseudo-terminals here")

SIXEL, NO_SIXEL = b"\x1b[?62;4c", b"\x1b[?62c"
BEGINS_SIXEL, BEGINS_KITTY = b"\x1bP", b"\x1b_G"


@pytest.fixture
def answering(small_daemon: SmallDaemon) -> SmallDaemon:
    jpeg = io.BytesIO()
    Image.new("RGB", (256, 171), "red").save(jpeg, "JPEG")
    small_daemon.answers["GET /api/v1/status"] = STATUS
    small_daemon.answers["GET /api/v1/search"] = found(hit(b"/p/good.jpg"), hit(b"/p/weak.jpg", 0.2), good=1)
    small_daemon.answers[f"GET /api/v1/photos/{'0' * 32}/thumbnail"] = jpeg.getvalue()
    return small_daemon


def in_terminal(attributes: bytes, *args: str, **environment: str) -> bytes:
    """What a search writes to a terminal that answers with these attributes when it is asked for them."""
    ours, its = os.openpty()
    termios.tcsetwinsize(its, (40, 100))
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "photoseek", "search", "dog", *args],
            stdin=its,
            stdout=its,
            stderr=its,
            env=os.environ | environment,
        )
        os.close(its)
        written, answered, deadline = b"", 0, time.monotonic() + 60
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 0.05)[0]:
                if child.poll() is not None:
                    break
                continue
            try:
                written += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            while written.count(b"\x1b[c") > answered:
                os.write(ours, attributes)
                answered += 1
        assert child.wait(60) == 0, written
        return written
    finally:
        os.close(ours)


def test_a_terminal_with_sixel_shows_the_good_matches_and_only_them(answering: SmallDaemon) -> None:
    written = in_terminal(SIXEL, "--pictures")
    assert written.count(BEGINS_SIXEL) == 1
    assert written.index(BEGINS_SIXEL) < written.index(b"/p/good.jpg") < written.index(b"/p/weak.jpg")
    assert sum("thumbnail" in asked.path for asked in answering.asked) == 1


def test_a_terminal_that_can_show_none_says_so_and_lists_the_paths(answering: SmallDaemon) -> None:
    written = in_terminal(NO_SIXEL, "--pictures")
    assert BEGINS_SIXEL not in written
    assert b"can't show pictures" in written
    assert b"/p/good.jpg" in written


def test_without_the_wish_no_terminal_is_asked(answering: SmallDaemon) -> None:
    assert b"\x1b[c" not in in_terminal(SIXEL)
    assert not any("thumbnail" in asked.path for asked in answering.asked)


def test_a_pipe_gets_no_pictures(answering: SmallDaemon, photoseek: Photoseek) -> None:
    result = photoseek("search", "dog", "--pictures")
    assert "/p/good.jpg" in result.stdout
    assert "\x1b" not in result.stdout
    assert "can't show pictures" in result.stderr


def test_without_the_extra_it_says_how_to_install_it(answering: SmallDaemon, tmp_path: Path) -> None:
    (tmp_path / "textual_image.py").write_text("raise ModuleNotFoundError")
    written = in_terminal(SIXEL, "--pictures", PYTHONPATH=str(tmp_path))
    assert b"pip install 'photoseek[terminal]'" in written
    assert b"/p/good.jpg" in written

"""A screen that nobody sits before: an X server without a monitor, with a window manager, and hands to type and click.

Xvfb, openbox and xdotool, of the system. What is shown is looked at as pixels.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageGrab, ImageStat

from tests.system.home import until

_NEEDED = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}


class Screen:
    """The screen; ``name`` is its ``$DISPLAY``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def xdotool(self, *words: str) -> str:
        """Type, click, look for a window; what it says."""
        done = subprocess.run(
            ["xdotool", *words], env=os.environ | {"DISPLAY": self.name}, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self.xdotool("key", "--delay", "20", *keys)

    def write(self, text: str) -> None:
        """Type as a fast typist does."""
        self.xdotool("type", "--delay", "25", text)

    def window(self, title: str) -> str:
        """The visible window of that name, by its number; "" where there is none."""
        return self.xdotool("search", "--onlyvisible", "--name", f"^{title}$").partition("\n")[0]

    def box(self, window: str) -> tuple[int, int, int, int]:
        """Where a window lies: left, top, right, bottom."""
        facts = dict(line.split("=") for line in self.xdotool("getwindowgeometry", "--shell", window).splitlines())
        left, top = int(facts["X"]), int(facts["Y"])
        return left, top, left + int(facts["WIDTH"]), top + int(facts["HEIGHT"])

    def picture(self, box: tuple[int, int, int, int] | None = None) -> Image.Image:
        """What is on the screen, or on a part of it."""
        return ImageGrab.grab(bbox=box, xdisplay=self.name).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures of one size are apart, 0-255 on average."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def missing_packages() -> list[str]:
    """What this system lacks for a screen, by Debian's names."""
    return [package for program, package in _NEEDED.items() if not shutil.which(program)]


@contextmanager
def shown_screen(size: str = "1280x800") -> Iterator[Screen]:
    """A screen with a window manager; skips the test where one of the programs is missing."""
    if missing := missing_packages():
        pytest.skip(f"needs a screen to look at (on Debian: apt-get install {' '.join(missing)})")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with open(read) as told:  # noqa: PTH123 - a descriptor
            screen = Screen(f":{told.readline().strip()}")
        with _managed(screen):
            yield screen
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _managed(screen: Screen) -> Iterator[None]:
    environment = os.environ | {"DISPLAY": screen.name}
    command = ["openbox", "--config-file", "/dev/null"]
    manager = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: bool(screen.xdotool("get_desktop")))  # a window manager has to say that
        yield
    finally:
        manager.terminate()
        manager.wait()


def keep(picture: Image.Image, folder: Path, name: str) -> None:
    """Keep a picture of a test, to look at."""
    picture.save(folder / f"{name}.png")

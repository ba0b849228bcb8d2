"""The icon in a tray of X11's old kind, drawn with GTK: seen and clicked on a virtual screen, with trayer as the panel.

GTK's binding is the system's. It is shown to photoseek's Python by its path alone, as a virtual environment made with
--system-site-packages would; the two have to be of one version for that.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from PIL import Image

from photoseek.tray.icon import draw_icon
from photoseek.tray.sight import Mood
from tests.flow.scenes import draw
from tests.system.home import Home, gone, until
from tests.system.screen import Screen, difference, keep, shown_screen
from tests.system.tray_desk import Desk
from tests.system.tray_host import session_bus

pytestmark = [pytest.mark.display, pytest.mark.tool]

HEIGHT = 24
ROW = 24
"""Pixels that an entry of the menu takes at least."""
_SYSTEMS_PACKAGES = Path("/usr/lib/python3/dist-packages")
ENTRIES = (
    "Quick search…",
    "Last searches",
    "Open photoseek",
    "state",
    "Pause indexing",
    "Add folder…",
    "login",
    "Quit",
)


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """One for all of them."""
    with shown_screen() as screen:
        yield screen


@contextmanager
def panel(screen: Screen) -> Iterator[None]:
    """A panel that is nothing but such a tray."""
    if not shutil.which("trayer"):
        pytest.skip("needs trayer (on Debian: apt-get install trayer)")
    command = ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--height", str(HEIGHT)]
    tray = subprocess.Popen(command, env={"DISPLAY": screen.name}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        tray.terminate()
        tray.wait()


@pytest.fixture
def desk(home: Home, screen: Screen, tmp_path: Path) -> Iterator[Desk]:
    """A desktop without any other tray, whose bus knows nobody who shows messages; its Python sees GTK."""
    version = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    if not list((_SYSTEMS_PACKAGES / "gi").glob(f"_gi.{version}*")):
        pytest.skip("needs GTK's binding for this version of Python (on Debian: python3-gi gir1.2-gtk-3.0)")
    seen = tmp_path / "of the system"
    seen.mkdir()
    (seen / "gi").symlink_to(_SYSTEMS_PACKAGES / "gi")
    with session_bus(tmp_path / "bus") as address:
        desk = Desk(home, address, screen.name)
        desk.environment["PYTHONPATH"] = str(seen)
        yield desk
        desk.put_away()


class Panel:
    """What is seen of the tray, and clicked."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """Where the icon is, a square in the middle of its window."""
        icon = self.screen.xdotool("search", "--onlyvisible", "--name", "^photoseek ·").partition("\n")[0]
        if not icon:
            return None
        left, top, right, bottom = self.screen.box(icon)
        side = min(right - left, bottom - top)
        left, top = left + (right - left - side) // 2, top + (bottom - top - side) // 2
        return left, top, left + side, top + side

    def shows(self, mood: Mood) -> bool:
        """Whether the icon is seen there, as it is drawn at that size; its edge lies on a panel that shines through."""
        if (box := self.box) is None:
            return False
        seen, side = self.screen.picture(box), box[2] - box[0]
        icon = Image.frombytes("RGBA", (side, side), draw_icon(mood, side))
        wanted = seen.copy()
        wanted.paste(icon, (0, 0), icon.getchannel("A").point(lambda alpha: 255 if alpha == 255 else 0))
        return difference(seen, wanted) < 0.5

    def click(self, button: int) -> None:
        """Click the icon."""
        assert self.box is not None
        left, top, right, bottom = self.box
        self.screen.xdotool("mousemove", str((left + right) // 2), str((top + bottom) // 2), "click", str(button))

    def menu(self) -> tuple[int, int, int, int] | None:
        """Where the menu is, once it is open."""
        for window in self.screen.xdotool("search", "--onlyvisible", "--class", "__main__.py").splitlines():
            box = self.screen.box(window)
            if box[3] - box[1] > HEIGHT * 3:
                return box
        return None

    def open_menu(self) -> tuple[int, int, int, int]:
        """Open it, with all its entries, of which starting at login comes a little later; where it is."""
        found: list[tuple[int, int, int, int]] = []

        def look() -> bool:
            if (box := self.menu()) is None:
                self.click(3)
                until(lambda: self.menu() is not None, within_s=10)
            elif box[3] - box[1] < len(ENTRIES) * ROW:
                self.screen.press("Escape")
                until(lambda: self.menu() is None, within_s=10)
            else:
                found.append(box)
            return bool(found)

        until(look)
        return found[0]

    def choose(self, entry: str) -> None:
        """Click an entry of the menu."""
        left, top, right, bottom = self.open_menu()
        row = (bottom - top) / len(ENTRIES)
        place = round(top + (ENTRIES.index(entry) + 0.5) * row)
        self.screen.xdotool("mousemove", str((left + right) // 2), str(place), "click", "1")


@pytest.mark.long
def test_it_is_seen_in_the_panel_and_its_menu_steers_the_daemon(desk: Desk, screen: Screen, tmp_path: Path) -> None:
    seen = Panel(screen)
    photos = tmp_path / "写真 🐱"
    photos.mkdir()
    draw(photos / "1.jpg", 1, (640, 480))
    with desk.home.running("--folder", str(photos)) as daemon, panel(screen):
        daemon.settle()
        tray = desk.tray("--wait")
        until(lambda: seen.shows("idle") or tray.poll() is not None, lambda: desk.said)
        keep(screen.picture(), tmp_path, "idle")
        seen.open_menu()
        keep(screen.picture(), tmp_path, "menu")
        screen.press("Escape")
        until(lambda: seen.menu() is None)

        seen.choose("Pause indexing")
        daemon.until(lambda status: status["indexing"]["state"] == "paused")
        until(lambda: seen.shows("paused"))
        keep(screen.picture(), tmp_path, "paused")
        daemon.daemon.ask("/indexing", {"action": "resume"})

        photos.rename(tmp_path / "elsewhere")  # a title that is not Latin-1
        until(lambda: seen.shows("trouble"))
        keep(screen.picture(), tmp_path, "trouble")
        (tmp_path / "elsewhere").rename(photos)
        until(lambda: seen.shows("idle"))

        seen.click(1)
        until(lambda: screen.xdotool("getwindowfocus", "getwindowname") == "photoseek")
        screen.press("Escape")
        until(lambda: not screen.window("photoseek"))
        seen.choose("Quit")
        assert tray.wait(30) == 0, desk.said
        assert daemon.daemon.ask("/status")["folders"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_waits_for_the_panel_and_a_signal_ends_it_with_the_daemon_that_it_started(
    desk: Desk, screen: Screen, how: signal.Signals
) -> None:
    seen = Panel(screen)
    tray = desk.tray("--wait")
    until((desk.home.folder / "runtime" / "tray.lock").exists)
    with panel(screen):
        until(lambda: seen.shows("trouble") or tray.poll() is not None, lambda: desk.said)  # no daemon
        seen.click(1)  # starts one
        until(desk.home.discovery.exists)
        until(lambda: seen.shows("idle"))
        loaded = {Path(part.path).name for part in psutil.Process(tray.pid).memory_maps()}
        assert any(name.startswith("libgtk-3") for name in loaded)
        assert not any(name.startswith("libLLVM") for name in loaded), "OpenGL, for a picture of 24 pixels"
        processes = psutil.Process(tray.pid).children()
        tray.send_signal(how)
        assert tray.wait(30) == 0, desk.said
        assert not desk.home.discovery.exists()
        assert gone(processes)


def test_without_gtk_it_names_the_packages_and_never_shows_a_picture_without_a_menu(desk: Desk, screen: Screen) -> None:
    del desk.environment["PYTHONPATH"]
    with panel(screen):
        until(lambda: bool(screen.xdotool("search", "--class", "trayer")))
        tray = desk.tray()
        assert tray.wait(30) == 1
        assert "python3-gi and gir1.2-gtk-3.0" in desk.said
        assert Panel(screen).box is None

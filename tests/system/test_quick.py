"""The quick-search window on a real (virtual) screen: typed into, looked at, its results opened by a real daemon."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from Xlib.display import Display
from Xlib.Xatom import RESOURCE_MANAGER, STRING

from photoseek.tray.quick.asking import LIMIT
from photoseek.tray.quick.grid import Measures, lay_out
from photoseek.tray.quick.pictures import cut_tile
from tests.system.home import Home, until
from tests.system.screen import Screen, difference, keep, shown_screen
from tests.system.webpage import Gallery, copy_photos

pytestmark = pytest.mark.display

MEASURES = Measures.at(1)
FOOT_HEIGHT = 36
PAPER = "#fdfdfc"
QUERY = "a train on the rails"
_OTHER = """
import tkinter
root = tkinter.Tk(className="other")
root.title("other")
field = tkinter.Entry(root)
field.pack()
field.focus_force()
root.mainloop()
"""


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """One screen for all of them."""
    with shown_screen() as screen:
        yield screen


class Desk:
    """A person's desktop: a screen, photoseek, and a window that may be ready."""

    def __init__(self, screen: Screen, gallery: Gallery) -> None:
        self.screen = screen
        self.gallery = gallery
        self.environment = gallery.home.environment | {"DISPLAY": screen.name, "LANG": "C.UTF-8"}
        self.environment.pop("WAYLAND_DISPLAY", None)
        self._said: list[subprocess.Popen[bytes]] = []

    def quick(self, *words: str) -> "subprocess.Popen[bytes]":
        """Say ``photoseek quick``."""
        said = subprocess.Popen([sys.executable, "-m", "photoseek", "quick", *words], env=self.environment)
        self._said.append(said)
        return said

    def put_away(self) -> None:
        """End what a failed test has left."""
        for said in self._said:
            said.kill()
            said.wait()

    @contextmanager
    def ready(self) -> Iterator[None]:
        """With a window that is ready, as beside the tray."""
        command = [sys.executable, "-m", "photoseek", "quick", "--ready"]
        window = subprocess.Popen(command, env=self.environment, stdin=subprocess.PIPE)
        assert window.stdin is not None
        socket = self.gallery.home.folder / "runtime" / "quick.sock"
        try:
            until(socket.exists)
            yield
        finally:
            window.stdin.close()
            assert window.wait(60) == 0
            assert not socket.exists()

    @property
    def window(self) -> str:
        """The window, where it is shown."""
        return self.screen.window("photoseek")

    @property
    def keyboard(self) -> str:
        """The window that what is typed goes to, by its name."""
        return self.screen.xdotool("getwindowfocus", "getwindowname")

    def summon(self, *words: str) -> None:
        """Call the window that is ready."""
        assert self.quick(*words).wait(60) == 0
        assert self.window
        until(lambda: self.keyboard == "photoseek")  # which the window manager gives it a little later

    def answer(self, query: str) -> dict[str, Any]:
        """What the daemon finds for it."""
        answer: dict[str, Any] = self.gallery.running.daemon.search(query, LIMIT)
        return answer

    def shows(self, answer: dict[str, Any], index: int) -> bool:
        """Whether the photo is seen where it belongs."""
        photo = answer["photos"][index]
        good = min(answer["good_matches"], len(answer["photos"]))
        tile = lay_out(good, len(answer["photos"]) - good, MEASURES).tiles[index]
        x, y = self.place(tile.x, tile.y)
        seen = self.screen.picture((x, y, x + MEASURES.width, y + MEASURES.height))
        return difference(seen, cut_tile(self._thumbnail(photo["id"]), MEASURES.tile, PAPER)) < 5

    def place(self, x: int, y: int) -> tuple[int, int]:
        """Where a point among the photos is on the screen: above the foot, inside a thin border."""
        left, _, _, bottom = self.screen.box(self.window)
        return left + 1 + x, bottom - 1 - FOOT_HEIGHT - MEASURES.shown_height + y

    def _thumbnail(self, photo_id: str) -> bytes:
        daemon = self.gallery.running.daemon
        request = urllib.request.Request(
            f"{daemon.url}/api/v1/photos/{photo_id}/thumbnail?size=256",
            headers={"Authorization": f"Bearer {daemon.token}"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    def until_shown(self, answer: dict[str, Any], index: int = 0) -> None:
        """Wait until the photo is seen."""
        until(lambda: self.shows(answer, index), lambda: f"photo {index} is not seen")

    def until_away(self) -> None:
        """Wait until the window is hidden."""
        until(lambda: not self.window)

    def keep(self, folder: Path, name: str) -> Image.Image:
        """A picture of the window, to look at."""
        picture = self.screen.picture(self.screen.box(self.window))
        keep(picture, folder, name)
        return picture


@pytest.fixture
def desk(screen: Screen, gallery: Gallery) -> Iterator[Desk]:
    """The desktop, with real photographs and the starter model."""
    gallery.opened.unlink(missing_ok=True)
    desk = Desk(screen, gallery)
    yield desk
    desk.put_away()


def test_it_takes_the_keyboard_at_once_finds_while_one_types_and_opens_the_best_photo(
    desk: Desk, tmp_path: Path
) -> None:
    other = subprocess.Popen([sys.executable, "-c", _OTHER], env=desk.environment)  # whose keyboard it takes
    try:
        until(lambda: desk.keyboard == "other")
        with desk.ready():
            desk.summon()
            desk.screen.write(QUERY)
            answer = desk.answer(QUERY)
            assert answer["good_matches"] > 0
            desk.until_shown(answer, 0)
            desk.until_shown(answer, 4)
            desk.keep(tmp_path, "found")
            desk.screen.press("Return")
            until(desk.gallery.opened.exists)
            assert desk.gallery.opened.read_text() == answer["photos"][0]["path"]
            desk.until_away()
    finally:
        other.kill()
        other.wait()
    kept = desk.gallery.home.folder / "data" / "recent.json"
    assert QUERY in json.loads(kept.read_text())
    assert kept.stat().st_mode & 0o077 == 0


def test_enter_waits_for_the_answer_to_what_is_typed_and_opens_none_of_the_one_before(desk: Desk) -> None:
    words = "a plate of food"
    with desk.ready():
        desk.summon(QUERY)
        desk.until_shown(desk.answer(QUERY))
        answer = desk.answer(words)
        assert answer["good_matches"] > 0
        best = answer["photos"][0]["path"]
        assert best != desk.answer(QUERY)["photos"][0]["path"]
        daemon = desk.gallery.running.popen
        daemon.send_signal(signal.SIGSTOP)
        try:
            desk.screen.write(words)
            desk.screen.press("Return")
        finally:
            daemon.send_signal(signal.SIGCONT)
        until(desk.gallery.opened.exists)
        assert desk.gallery.opened.read_text() == best


def test_arrows_choose_ctrl_c_copies_the_path_and_ctrl_enter_shows_the_folder(desk: Desk, tmp_path: Path) -> None:
    with desk.ready():
        desk.summon(QUERY)
        answer = desk.answer(QUERY)
        desk.until_shown(answer)
        good = min(answer["good_matches"], len(answer["photos"]))
        grid = lay_out(good, len(answer["photos"]) - good, MEASURES)
        chosen = grid.neighbour(grid.neighbour(0, "Down"), "Right")
        desk.screen.press("Down", "Right", "ctrl+c")
        until(lambda: _clipboard(desk) == answer["photos"][chosen]["path"])
        desk.keep(tmp_path, "chosen")
        desk.screen.press("ctrl+Return")
        until(desk.gallery.opened.exists)
        assert desk.gallery.opened.read_text() == os.path.dirname(answer["photos"][chosen]["path"])  # noqa: PTH120


def _clipboard(desk: Desk) -> str:
    ask = "import tkinter; root = tkinter.Tk(); root.withdraw(); print(root.clipboard_get(), end='')"
    said = subprocess.run(
        [sys.executable, "-c", ask], env=desk.environment, capture_output=True, text=True, check=False
    )
    return said.stdout


def test_a_click_opens_the_photo_under_the_pointer(desk: Desk) -> None:
    with desk.ready():
        desk.summon(QUERY)
        answer = desk.answer(QUERY)
        desk.until_shown(answer, 1)
        good = min(answer["good_matches"], len(answer["photos"]))
        tile = lay_out(good, len(answer["photos"]) - good, MEASURES).tiles[1]
        x, y = desk.place(tile.x + 50, tile.y + 50)
        desk.screen.xdotool("mousemove", str(x), str(y), "click", "1")
        until(desk.gallery.opened.exists)
        assert desk.gallery.opened.read_text() == answer["photos"][1]["path"]


def test_tab_takes_the_search_to_the_page(desk: Desk, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/address\n')
    browser.chmod(0o700)
    desk.environment["BROWSER"] = str(browser)
    with desk.ready():
        desk.summon(QUERY)
        desk.until_shown(desk.answer(QUERY))
        desk.screen.press("Tab")
        until(lambda: (tmp_path / "address").exists() and (tmp_path / "address").read_text() != "")
        leads_to = Path((tmp_path / "address").read_text().removeprefix("file://")).read_text()
        assert "/?q=a+train+on+the+rails#code=" in leads_to
        desk.until_away()


def test_esc_sends_it_away_and_the_next_words_replace_the_last(desk: Desk, tmp_path: Path) -> None:
    with desk.ready():
        desk.summon(QUERY)
        desk.until_shown(desk.answer(QUERY))
        desk.screen.press("Escape")
        desk.until_away()
        desk.summon()
        desk.screen.write("a spaceship in orbit")
        answer = desk.answer("a spaceship in orbit")
        assert answer["good_matches"] == 0
        desk.until_shown(answer)  # under two headings: it says that nothing fits
        desk.keep(tmp_path, "nothing fits")
        assert desk.answer(QUERY)["good_matches"] > 0


def test_without_the_tray_it_shows_a_window_of_its_own_with_words_to_begin_with(desk: Desk) -> None:
    window = desk.quick(*QUERY.split())
    until(lambda: desk.window != "")
    desk.until_shown(desk.answer(QUERY))
    desk.screen.press("Escape")
    assert window.wait(60) == 0


def test_a_daemon_that_is_gone_is_noticed_and_so_is_its_coming_back(
    screen: Screen, shared_photos: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    home, photos = tmp_path_factory.mktemp("h"), tmp_path / "photos"
    copy_photos(shared_photos, photos, 8)
    desk = Desk(screen, Gallery(Home(home), photos))
    try:
        desk.gallery.start("--folder", str(photos))
        desk.gallery.running.settle()
        answer = desk.answer("dog")
    finally:
        desk.gallery.running.put_away()
    with desk.ready():
        desk.summon()
        desk.screen.write("dog")
        until(lambda: desk.keep(tmp_path, "gone").crop((0, 440, 400, 474)).getcolors(3) is None)  # a line at the foot
        desk.gallery.start()
        try:
            desk.until_shown(answer)  # nothing was typed again
        finally:
            desk.gallery.running.put_away()


def test_dark_desktops_get_a_dark_window_and_sharp_screens_a_large_one(desk: Desk, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "dbus-send").write_text(
        "#!/bin/sh\nsleep 1.2; echo '   variant       variant          uint32 1'\n"
    )  # it answers late
    (programs / "dbus-send").chmod(0o700)
    desk.environment["PATH"] = f"{programs}{os.pathsep}{desk.environment['PATH']}"
    _set_dots_per_inch(desk.screen, 192)
    try:
        window = desk.quick(QUERY)
        until(lambda: desk.window != "")
        left, top, right, bottom = desk.screen.box(desk.window)
        assert right - left > 1.4 * MEASURES.whole_width
        assert 0 < left < right < 1280  # twice as large, it would not fit
        assert 0 < top < bottom < 800
        # Between the border and the ring around the chosen photo: paper, whether or not photos are there already.
        until(lambda: desk.screen.picture(desk.screen.box(desk.window)).getpixel((10, 200)) == (18, 19, 22))
        until(lambda: len(desk.keep(tmp_path, "dark").crop((32, 200, 300, 400)).getcolors(99_999) or ()) > 500)
        desk.screen.press("Escape")
        assert window.wait(60) == 0
    finally:
        _set_dots_per_inch(desk.screen, 96)


def _set_dots_per_inch(screen: Screen, dots: int) -> None:
    display = Display(screen.name)
    display.screen().root.change_property(RESOURCE_MANAGER, STRING, 8, f"Xft.dpi:\t{dots}\n".encode())
    display.sync()
    display.close()

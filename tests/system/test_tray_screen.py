"""The icon on a desktop that has a screen, too: the small window and the dialog for a folder on a virtual one."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.flow.scenes import draw
from tests.system.home import Home, gone, until
from tests.system.screen import Screen, keep, shown_screen
from tests.system.tray_desk import Desk
from tests.system.tray_host import session_bus

pytestmark = [pytest.mark.display, pytest.mark.tool]

QUIT, QUIT_ICON = "Quit", "Quit the icon; photoseek goes on"


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """One for all of them."""
    with shown_screen() as screen:
        yield screen


@pytest.fixture
def desk(home: Home, screen: Screen, tmp_path: Path) -> Iterator[Desk]:
    """The desktop, with its tray."""
    with session_bus(tmp_path / "bus") as address:
        desk = Desk(home, address, screen.name)
        desk.host.appear()
        yield desk
        desk.put_away()


def until_window_is_ready(desk: Desk) -> None:
    """Wait until the quick search that the tray keeps can be summoned."""
    until((desk.home.folder / "runtime" / "quick.sock").exists)


def icons_of(daemon: psutil.Process) -> list[psutil.Process]:
    """The trays among the children of a process; others, such as whatever opens the page, may end meanwhile."""
    found = []
    for child in daemon.children():
        with suppress(psutil.Error):
            found += [child] if "tray" in child.cmdline() else []
    return found


def has_keyboard(screen: Screen, title: str) -> bool:
    """Whether what is typed goes to the window of that name."""
    return screen.xdotool("getwindowfocus", "getwindowname") == title


def test_a_click_on_the_icon_shows_the_quick_search_at_once(desk: Desk, screen: Screen, tmp_path: Path) -> None:
    recent = desk.home.folder / "data" / "recent.json"
    with desk.home.running(), desk.shown() as tray:
        desk.host.until_there("Quick search…")
        until_window_is_ready(desk)
        window = psutil.Process(tray.pid).children()
        assert len(window) == 1
        desk.host.click()
        until(lambda: has_keyboard(screen, "photoseek"))
        keep(screen.picture(), tmp_path, "clicked")
        screen.press("Escape")
        until(lambda: not screen.window("photoseek"))
        desk.host.choose("Quick search…")
        until(lambda: has_keyboard(screen, "photoseek"))
        screen.press("Escape")
        until(lambda: not screen.window("photoseek"))
        recent.write_text(json.dumps(["two cats"]))
        desk.host.choose("two cats")
        until(lambda: has_keyboard(screen, "photoseek"))
        keep(screen.picture(), tmp_path, "searched before")
        screen.press("Escape")
        desk.host.choose_quit()
        assert tray.wait(30) == 0
        until(lambda: gone(window))


def test_a_folder_is_chosen_in_a_dialog_that_is_no_part_of_the_tray(desk: Desk, screen: Screen, tmp_path: Path) -> None:
    photos = tmp_path / "photos of mine"
    photos.mkdir()
    draw(photos / "1.jpg", 1, (640, 480))
    desk.host.show_messages()
    title = "Which folder shall photoseek watch[?]"
    with desk.home.running() as daemon, desk.shown() as tray:
        desk.host.until_there("Add folder…")
        desk.host.choose("Add folder…")
        until(lambda: bool(screen.window(title)))
        screen.xdotool("windowfocus", "--sync", screen.window(title))
        screen.press("Escape")
        until(lambda: not screen.window(title))
        assert daemon.daemon.ask("/folders")["folders"] == []

        desk.host.choose("Add folder…")
        until(lambda: bool(screen.window(title)))
        screen.xdotool("windowfocus", "--sync", screen.window(title))
        screen.press("alt+s", "ctrl+slash")  # all that is in its field
        screen.write(str(photos))
        keep(screen.picture(), tmp_path, "dialog")
        screen.press("Return", "Return")  # goes there, takes it
        daemon.until(lambda status: [folder["path"] for folder in status["folders"]] == [str(photos)])
        until(lambda: desk.host.said == [("This folder is watched now", str(photos))], lambda: str(desk.host.said))
        maps = {Path(part.path).name for part in psutil.Process(tray.pid).memory_maps()}
        assert not any(name.startswith(("libtk", "_tkinter")) for name in maps)
        desk.host.until_there("Watching 1 folder")

        desk.host.choose("Add folder…")
        until(lambda: bool(screen.window(title)))
        tray.send_signal(signal.SIGKILL)
        tray.wait()
        until(lambda: not screen.window(title))


def test_photoseek_alone_shows_icon_and_page_and_the_icon_ends_what_it_started(desk: Desk) -> None:
    said = subprocess.run(
        [*desk.home.program], env=desk.environment, capture_output=True, text=True, check=True, timeout=90
    ).stderr
    assert "The icon is in your tray" in said
    assert "The page is in your browser." in said
    url = json.loads(desk.home.discovery.read_text())["url"]
    assert desk.browsed() == f"{url}/"
    until(lambda: bool(desk.host.items))
    desk.host.until_there(QUIT)
    again = subprocess.run([*desk.home.program], env=desk.environment, capture_output=True, text=True, check=True)
    assert "running already" in again.stderr
    assert desk.browsed() == f"{url}/"
    assert len(desk.host.items) == 1
    daemon = psutil.Process(json.loads(desk.home.discovery.read_text())["pid"])
    desk.host.choose(QUIT)
    until(lambda: gone([daemon]))
    assert not desk.home.discovery.exists()


def test_photoseek_alone_leaves_a_daemon_that_ran_already(desk: Desk) -> None:
    with desk.home.running() as daemon:
        subprocess.run([*desk.home.program], env=desk.environment, capture_output=True, check=True, timeout=90)
        until(lambda: bool(desk.host.items))
        desk.host.until_there(QUIT_ICON)
        desk.host.choose(QUIT_ICON)
        until(lambda: not desk.host.is_there)
        assert daemon.daemon.ask("/status")["folders"] == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_run_shows_icon_and_page_and_the_icon_ends_with_it(desk: Desk, how: signal.Signals) -> None:
    run = subprocess.Popen(
        [*desk.home.program, "run"], env=desk.environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: bool(desk.host.items))
        desk.host.until_there(QUIT_ICON)
        url = json.loads(desk.home.discovery.read_text())["url"]
        assert desk.browsed() == f"{url}/"
        icon = icons_of(psutil.Process(run.pid))
        assert len(icon) == 1
        run.send_signal(how)
        run.wait(30)
        until(lambda: gone(icon))
    finally:
        run.kill()
        run.wait()


def test_run_without_tray_and_page_shows_neither(desk: Desk) -> None:
    with desk.home.running() as daemon:
        daemon.settle()
        assert not icons_of(psutil.Process(daemon.popen.pid))
    assert desk.host.items == []
    assert not (desk.home.folder / "browsed").exists()

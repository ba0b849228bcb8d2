"""The icon as a desktop meets it over D-Bus: a bus of its own, a watcher made for the test, a real daemon."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.scenes import draw
from tests.system.home import Home, until
from tests.system.tray_desk import Desk
from tests.system.tray_host import session_bus

pytestmark = pytest.mark.tool


@pytest.fixture
def desk(home: Home, tmp_path: Path) -> Iterator[Desk]:
    """The desktop; its tray is not there yet."""
    with session_bus(tmp_path / "bus") as address:
        desk = Desk(home, address)
        yield desk
        desk.put_away()


def test_it_shows_what_the_daemon_does_and_its_menu_steers_it(desk: Desk, tmp_path: Path) -> None:
    photos = tmp_path / "My <b>Photos_2024"
    photos.mkdir()
    draw(photos / "1.jpg", 1, (640, 480))
    (photos / "broken.jpg").write_bytes(b"no picture")
    desk.host.appear()
    with desk.home.running("--folder", str(photos)) as daemon, desk.shown():
        daemon.settle()
        desk.host.until_there("Problems (1)")
        desk.host.until_there("Start at login")  # which is found out in a thread
        desk.until_shows("idle")
        assert desk.host.labels() == [
            "Quick search…", "Last searches", "Open photoseek", "-", "Watching 1 folder", "Pause indexing",
            "Add folder…", "Problems (1)", "-", "Start at login", "Quit the icon; photoseek goes on",
        ]  # fmt: skip
        assert desk.host.hint() == "Watching 1 folder"

        desk.host.signals.clear()
        desk.host.choose("Pause indexing")
        daemon.until(lambda status: status["indexing"]["state"] == "paused")
        desk.host.until_there("Go on indexing")
        desk.until_shows("paused")
        until(lambda: {"NewIcon", "NewToolTip", "ItemsPropertiesUpdated"} <= set(desk.host.signals))
        assert "LayoutUpdated" not in desk.host.signals, "a menu that is open would be built anew"
        desk.host.choose("Go on indexing")
        daemon.until(lambda status: status["indexing"]["state"] != "paused")

        photos.rename(tmp_path / "elsewhere")
        desk.host.until_there("Offline: My <b>Photos_2024")
        desk.until_shows("trouble")
        until(lambda: desk.host.hint().endswith("Offline: My &lt;b&gt;Photos_2024"), desk.host.hint)


def test_its_menu_leads_to_the_page_and_the_last_searches_can_be_forgotten(desk: Desk) -> None:
    desk.host.appear()
    with desk.home.running() as daemon:
        recent = desk.home.folder / "data" / "recent.json"
        recent.write_text(json.dumps(["a dog_on the beach", "x" * 90]))
        with desk.shown():
            desk.host.until_there("Open photoseek")
            desk.host.choose("Open photoseek")
            assert desk.browsed() == f"{daemon.daemon.url}/"
            desk.host.choose("a dog_on the beach")  # without a display the page answers
            assert desk.browsed() == f"{daemon.daemon.url}/?q=a+dog_on+the+beach"
            assert desk.host.has("x" * 39 + "…")
            recent.write_text(json.dumps(["two cats"]))
            desk.host.until_there("two cats")
            desk.host.click()
            assert desk.browsed() == f"{daemon.daemon.url}/"
            desk.host.choose("Add folder…")  # without a display the page asks
            assert desk.browsed() == f"{daemon.daemon.url}/?view=settings"
            desk.host.choose("Forget them")
            desk.host.until_there("None yet")
            assert json.loads(recent.read_text()) == []


def test_it_starts_a_daemon_and_stops_that_one_again(desk: Desk) -> None:
    desk.host.appear()
    with desk.shown():
        until(desk.home.discovery.exists)
        desk.host.until_there("Quit")
    assert not desk.home.discovery.exists()
    assert not desk.host.is_there


def test_a_daemon_that_was_there_goes_on_and_one_that_comes_later_is_found(desk: Desk) -> None:
    desk.host.appear()
    with desk.shown("--wait") as tray:
        desk.host.until_there("Start photoseek")
        desk.until_shows("trouble")
        assert desk.host.labels()[0] == "photoseek isn't running"
        with desk.home.running() as first:
            desk.host.until_there("Pause indexing")
            desk.host.until_there("Quit the icon; photoseek goes on")
            first.popen.send_signal(signal.SIGTERM)
            first.popen.wait(30)
            desk.host.until_there("Start photoseek")
        with desk.home.running() as second:
            desk.host.until_there("Quit the icon; photoseek goes on")
            desk.host.choose_quit()
            assert tray.wait(30) == 0
            assert second.daemon.ask("/status")["folders"] == []


def test_the_daemon_that_its_menu_started_ends_with_it(desk: Desk) -> None:
    desk.host.appear()
    with desk.shown("--wait") as tray:
        desk.host.until_there("Start photoseek")
        desk.host.choose("Start photoseek")
        desk.host.until_there("Quit")
        until(desk.home.discovery.exists)
        tray.send_signal(signal.SIGTERM)  # as the end of the session does
        assert tray.wait(30) == 0
    assert not desk.home.discovery.exists()


def test_at_login_it_waits_for_the_tray_and_it_is_shown_again_when_that_comes_back(desk: Desk) -> None:
    tray = desk.tray("--wait")
    with desk.home.running():
        lock = desk.home.folder / "runtime" / "tray.lock"
        until(lock.exists)
        assert desk.host.items == []
        desk.host.appear()
        until(lambda: bool(desk.host.items))
        desk.host.until_there("Pause indexing")
        desk.host.vanish()
        desk.host.appear()
        until(lambda: len(desk.host.items) == 2)
        assert desk.host.items[0] == desk.host.items[1]
        desk.host.choose_quit()
        assert tray.wait(30) == 0


def test_it_ends_with_the_session(home: Home, tmp_path: Path) -> None:
    with session_bus(tmp_path / "bus") as address:
        desk = Desk(home, address)
        desk.host.appear()
        tray = desk.tray("--wait")
        until(lambda: bool(desk.host.items))
    assert tray.wait(30) == 0, desk.said


def test_a_second_one_says_that_it_is_there_already(desk: Desk) -> None:
    desk.host.appear()
    with desk.shown("--wait"):
        second = desk.tray("--wait")
        assert (second.wait(30), desk.said) == (0, "The icon is there already.\n")
        assert len(desk.host.items) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "There is no display"),
        ({"DISPLAY": ":4711", "DBUS_SESSION_BUS_ADDRESS": ""}, "This session has no D-Bus"),
        ({"DISPLAY": ":4711", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/of/nobody"}, "This session has no D-Bus"),
        ({"WAYLAND_DISPLAY": "wayland-7", "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}, "gnome-shell-extension-appindicator"),
        ({"DISPLAY": ":4711"}, "This desktop has no tray"),
    ],
)
def test_where_there_is_no_tray_it_says_what_helps(desk: Desk, change: dict[str, str], words: str) -> None:
    desk.environment |= change | {"XDG_RUNTIME_DIR": str(desk.home.folder)}
    tray = desk.tray()
    assert tray.wait(30) == 1
    assert words in desk.said
    assert "Traceback" not in desk.said
    assert not desk.home.discovery.exists(), "no daemon was started for an icon that isn't shown"


def test_a_folder_is_chosen_in_the_desktops_own_dialog(desk: Desk, tmp_path: Path) -> None:
    photos = tmp_path / "50% of München"
    photos.mkdir()
    desk.host.appear()
    desk.host.show_dialogs()
    desk.host.show_messages()
    with desk.home.running() as daemon, desk.shown():
        desk.host.until_there("Add folder…")
        desk.host.choose("Add folder…")
        until(lambda: desk.host.asked == ["Which folder shall photoseek watch?"])
        desk.host.chosen = str(photos)
        desk.host.choose("Add folder…")
        daemon.until(lambda status: [folder["path"] for folder in status["folders"]] == [str(photos)])
        until(lambda: desk.host.said == [("This folder is watched now", str(photos))], lambda: str(desk.host.said))
        desk.host.chosen = str(tmp_path / "not there")
        desk.host.choose("Add folder…")
        until(lambda: len(desk.host.said) == 2)
        assert desk.host.said[1][0] == "That didn't work"
        assert "no such folder" in desk.host.said[1][1]


def test_doctor_tells_of_the_tray(desk: Desk) -> None:
    before = _doctor(desk)
    assert before["shown"] is False
    assert (before["desktop"]["bus"], before["desktop"]["watcher"]) == (True, False)
    assert (before["desktop"]["display"], before["desktop"]["xembed"], before["desktop"]["window"]) == (False,) * 3
    desk.host.appear()
    with desk.shown("--wait"):
        after = _doctor(desk)
    assert (after["shown"], after["desktop"]["watcher"]) == (True, True)


def _doctor(desk: Desk) -> Any:
    command = [*desk.home.program, "doctor", "--json"]
    said = subprocess.run(command, env=desk.environment, capture_output=True, check=True)
    return json.loads(said.stdout)["tray"]


def _mistake_settings(desk: Desk) -> None:
    """So that no daemon starts."""
    config = desk.home.folder / "config"
    config.mkdir()
    (config / "config.toml").write_text("[server]\nprot = 1\n")


def test_what_cannot_be_done_is_said(desk: Desk) -> None:
    desk.host.appear()
    desk.host.show_messages()
    _mistake_settings(desk)
    with desk.shown("--wait"):
        desk.host.until_there("Start photoseek")
        desk.host.choose("Start photoseek")
        until(lambda: bool(desk.host.said))
        assert desk.host.said[0][0] == "That didn't work"
        assert "prot" in desk.host.said[0][1]


def test_without_a_desktop_that_shows_messages_the_menu_says_it(desk: Desk) -> None:
    desk.host.appear()
    _mistake_settings(desk)
    with desk.shown("--wait"):
        desk.host.until_there("Start photoseek")
        desk.host.choose("Start photoseek")
        until(lambda: desk.host.labels()[0].startswith("That didn't work: "), lambda: str(desk.host.labels()))
        assert "prot" in desk.host.labels()[0]


def test_start_at_login_is_a_tick_that_can_be_set(desk: Desk) -> None:
    desk.host.appear()
    with desk.shown("--wait"):
        until(lambda: desk.host.has("Start at login") and desk.host.find("Start at login").checked is False)
        desk.host.choose("Start at login")
        until(lambda: desk.host.find("Start at login").checked is True)
        assert _starts_at_login(desk)
        desk.host.choose("Start at login")
        until(lambda: desk.host.find("Start at login").checked is False)
        assert not _starts_at_login(desk)


def _starts_at_login(desk: Desk) -> Any:
    said = subprocess.run(
        [*desk.home.program, "autostart", "status", "--json"], env=desk.environment, capture_output=True, check=True
    )
    return json.loads(said.stdout)["installed"]

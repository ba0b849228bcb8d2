"""A photoseek that was packaged, whichever way: nothing but its own program, in an environment as bare as at a login.

``$PHOTOSEEK_PROGRAM`` names it: that of a bundle (``make bundle`` builds one and runs these tests), of pipx, of uv.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.daemon import Daemon
from tests.system.home import Home, gone, until
from tests.system.installing import CHECKOUT
from tests.system.screen import keep, shown_screen
from tests.system.tray_host import Host, session_bus

PROGRAM = os.environ.get("PHOTOSEEK_PROGRAM", "")
PHOTOS = 3

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no $PHOTOSEEK_PROGRAM: `make bundle` builds one and names it")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Nothing of whoever runs the tests is in the environment: no Python, no checkout."""
    (tmp_path / "home").mkdir()
    home = Home(tmp_path / "home")
    own = {name: value for name, value in home.environment.items() if name.startswith(("PHOTOSEEK_", "HOME", "HF_"))}
    home.environment = own | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LD_LIBRARY_PATH": "/of/the/person"}
    home.program = (PROGRAM,)
    return home


@pytest.fixture
def photos(tmp_path: Path, shared_photos: Path) -> Path:
    """A folder with a few real photographs."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for photo in sorted(shared_photos.glob("*.jpg"))[:PHOTOS]:
        shutil.copy(photo, folder)
    return folder


@pytest.fixture
def daemon(home: Home, photos: Path) -> Iterator[Daemon]:
    """One that ``photoseek start`` has started, with the photos in it."""
    started = home.photoseek("start")
    assert started.returncode == 0, started.stderr
    found = json.loads(home.discovery.read_text("utf-8"))
    daemon = Daemon(found["pid"], found)
    try:
        assert home.photoseek("folders", "add", str(photos)).returncode == 0
        until(lambda: bool(daemon.ask("/status")["counts"]["vectors"] == PHOTOS), lambda: home.log)
        yield daemon
    finally:
        if daemon.process.is_running():
            daemon.process.kill()  # its children follow


def test_it_says_its_version_and_what_it_can_do(home: Home) -> None:
    assert home.photoseek("--version").stdout.startswith("photoseek ")
    said = home.photoseek("--help")
    assert said.returncode == 0
    assert "Find photos by what they show." in said.stdout


def test_it_takes_photos_in_finds_them_shows_its_page_and_stops(home: Home, daemon: Daemon, photos: Path) -> None:
    found = home.photoseek("search", "--json", "--limit", "3", "a photo of something")
    assert {photo["name"] for photo in json.loads(found.stdout)["photos"]} == {p.name for p in photos.iterdir()}
    link = home.photoseek("open", "--print").stdout
    assert link.startswith("http://")
    processes = [daemon.process, *daemon.process.children(recursive=True)]
    assert len(processes) > PHOTOS - 1  # decoders and model are processes of their own
    for process in processes:
        strange = {part.path for part in process.memory_maps() if Path(part.path).is_relative_to(CHECKOUT / ".venv")}
        assert not strange, "it runs with the libraries of the checkout"
    assert home.photoseek("stop").returncode == 0
    until(lambda: gone(processes), lambda: home.log)


def test_any_sentence_transformers_model_can_be_used(home: Home, photos: Path, tiny_clip: Path) -> None:
    home.environment["PHOTOSEEK_MODEL__NAME"] = str(tiny_clip)
    with home.running("--folder", str(photos)) as process:
        assert process.settle()["vectors"] == PHOTOS
        found = home.photoseek("search", "--json", "a photo", "--limit", "3")
        assert len(json.loads(found.stdout)["photos"]) == PHOTOS


def test_doctor_finds_all_that_belongs_to_it(home: Home) -> None:
    report = json.loads(home.photoseek("doctor", "--json").stdout)
    installation = report["installation"]
    assert installation["kind"] in {"bundle", "pipx", "uv tool", "Debian package"}
    assert installation["missing"] == []
    assert {name for name, version in installation["libraries"].items() if version is None} <= {
        "textual-image", "python-xlib",
    }  # fmt: skip
    assert report["model"]["device"]["kind"]


def test_at_login_it_starts_itself(home: Home) -> None:
    nothing = home.folder / "programs"
    nothing.mkdir()
    home.environment["PATH"] = str(nothing)  # no systemctl: the systemd of whoever runs the tests is left alone
    assert home.photoseek("autostart", "install").returncode == 0
    entry = (home.folder / ".config" / "autostart" / "photoseek.desktop").read_text("utf-8")
    [line] = [line for line in entry.splitlines() if line.startswith("Exec=")]
    assert line.startswith(f'Exec="{Path(PROGRAM).resolve().parent}')
    assert home.photoseek("autostart", "remove").returncode == 0


def test_programs_of_the_desktop_get_the_persons_environment(home: Home, daemon: Daemon, tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opened, part = tmp_path / "opened", tmp_path / "part"
    opener.write_text(f'#!/bin/sh\n/usr/bin/env > "{part}"\nmv "{part}" "{opened}"\n')
    opener.chmod(0o700)
    assert home.photoseek("stop").returncode == 0
    until(lambda: not home.discovery.exists(), lambda: home.log)
    home.environment["PATH"] = f"{tmp_path}:{home.environment['PATH']}"
    assert home.photoseek("start").returncode == 0
    found = json.loads(home.discovery.read_text("utf-8"))
    again = Daemon(found["pid"], found)
    photo = home.photoseek("search", "--json", "type:jpg")
    again.ask(f"/photos/{json.loads(photo.stdout)['photos'][0]['id']}/open", {})
    until(opened.exists, lambda: home.log)
    seen = dict(line.partition("=")[::2] for line in opened.read_text("utf-8").splitlines())
    assert seen["LD_LIBRARY_PATH"] == "/of/the/person"
    assert not [name for name in seen if name.startswith(("_PYI", "LD_LIBRARY_PATH_", "TCL_", "TK_"))]
    assert home.photoseek("stop").returncode == 0


def test_its_small_window_is_shown_and_finds(home: Home, daemon: Daemon, tmp_path: Path) -> None:
    with shown_screen() as screen:
        home.environment["DISPLAY"] = screen.name
        window = subprocess.Popen([PROGRAM, "quick", "a", "photo"], env=home.environment)
        try:
            until(lambda: bool(screen.window("photoseek")) or window.poll() is not None)
            assert screen.window("photoseek")
            until(lambda: _has_colours(screen.picture(screen.box(screen.window("photoseek")))))
            keep(screen.picture(), tmp_path, "quick")
            screen.press("Escape")
            assert window.wait(30) == 0
        finally:
            window.kill()
            window.wait()


def _has_colours(picture: Any) -> bool:
    """Thumbnails are seen, and not only the window's own few colours."""
    return len(picture.getcolors(1_000_000) or []) > 5000


async def test_an_assistant_can_search(home: Home, daemon: Daemon) -> None:
    mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")
    command = mcp.StdioServerParameters(command=PROGRAM, args=["mcp"], env=home.environment)
    async with mcp.Client(mcp.stdio_client(command)) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {"search", "similar", "status"}


def test_its_icon_comes_into_the_tray_and_ends_what_it_started(home: Home, tmp_path: Path) -> None:
    with session_bus(tmp_path / "bus") as address:
        home.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        host = Host(address)
        host.appear()
        tray = subprocess.Popen([PROGRAM, "tray"], env=home.environment)
        try:
            until(lambda: bool(host.items) or tray.poll() is not None)
            host.until_there("Pause indexing")
            assert set(host.icons()) >= {16, 22, 24, 32, 48}
            host.choose("Pause indexing")
            host.until_there("Go on indexing")
            host.choose_quit()
            assert tray.wait(60) == 0
            assert not home.discovery.exists()
        finally:
            tray.kill()
            tray.wait()
            host.close()

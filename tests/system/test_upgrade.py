"""Another version is installed beside a daemon that runs, or photoseek is removed: it goes with its program.

The program is an installed copy of the wheel's, which a test may change. It looks at itself more often than usual.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from photoseek import __version__
from tests.benchmarks.daemon import Daemon
from tests.system.home import Home, gone, until
from tests.system.installing import build_wheel, install_wheel, version, working_daemon
from tests.system.login import logged_in
from tests.system.tray_desk import Desk
from tests.system.tray_host import session_bus

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="what runs can't be replaced there"),
    pytest.mark.long,
    pytest.mark.timeout(400),
]

NEXT = "99.1.0"
UNIT = "photoseek.service"


class Installed:
    """photoseek in an environment of its own."""

    def __init__(self, programs: Path) -> None:
        self.program = programs / "photoseek"
        self.python = programs / "python3"
        [self.package] = programs.parent.glob("lib/python*/site-packages/photoseek")
        self._change("renewal.py", "_LOOK_EVERY_S = 30.0", "_LOOK_EVERY_S = 0.2")

    def upgrade(self) -> None:
        """Put another version in its place."""
        self._change("__init__.py", f'"{__version__}"', f'"{NEXT}"')

    def remove(self) -> None:
        """Take it away, with its Python."""
        shutil.rmtree(self.program.parents[1])

    def _change(self, name: str, old: str, new: str) -> None:
        file = self.package / name
        text = file.read_text("utf-8")
        assert old in text
        file.with_suffix(".new").write_text(text.replace(old, new), "utf-8")
        file.with_suffix(".new").replace(file)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Installed:
    return Installed(install_wheel(wheel, tmp_path / "installed"))


@pytest.fixture
def daemon(home: Home, installed: Installed, tmp_path: Path) -> Iterator[Daemon]:
    """One that was started in the background and has done some work."""
    home.program = (str(installed.program),)
    with working_daemon(home, tmp_path / "photos") as daemon:
        yield daemon


def test_after_an_upgrade_the_same_process_goes_on_as_the_new_version(
    home: Home, installed: Installed, daemon: Daemon
) -> None:
    children = daemon.process.children(recursive=True)
    installed.upgrade()
    until(lambda: version(home) == NEXT, lambda: home.log)
    found = json.loads(home.discovery.read_text("utf-8"))
    assert found["pid"] == daemon.process.pid
    assert gone(children)
    assert not [child for child in daemon.process.children() if child.status() == psutil.STATUS_ZOMBIE]
    assert Daemon(found["pid"], found).search("something red", 1)["photos"][0]["name"] == "red.jpg"
    assert home.photoseek("stop").returncode == 0
    until(lambda: gone([daemon.process]), lambda: home.log)


def test_after_a_removal_it_ends_in_order(home: Home, installed: Installed, daemon: Daemon) -> None:
    processes = [daemon.process, *daemon.process.children(recursive=True)]
    installed.remove()
    until(lambda: gone(processes), lambda: home.log)
    assert home.log.count("photoseek stops") == 1
    assert not home.discovery.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="by D-Bus")
def test_the_icon_goes_with_its_program_too_and_still_ends_the_daemon_that_it_started(
    home: Home, installed: Installed, tmp_path: Path
) -> None:
    home.program = (str(installed.program),)
    with session_bus(tmp_path / "bus") as address:
        desk = Desk(home, address)
        try:
            desk.host.appear()
            tray = desk.tray()
            until(lambda: version(home) == __version__ or tray.poll() is not None, lambda: desk.said)
            desk.host.until_there("Quit")
            installed.upgrade()
            until(lambda: len(desk.host.items) == 2 and version(home) == NEXT, lambda: home.log + desk.said)
            assert tray.poll() is None
            desk.host.until_there("Quit")
            desk.host.choose_quit()
            assert tray.wait(30) == 0, desk.said
            assert not home.discovery.exists()

            tray = desk.tray("--wait")
            until(lambda: len(desk.host.items) == 3)
            installed.remove()
            assert tray.wait(60) == 0, desk.said
        finally:
            home.program = (sys.executable, "-m", "photoseek")  # the installed one is gone
            desk.put_away()


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")
def test_under_systemd_an_upgrade_is_a_reload_and_a_removal_the_end(home: Home, installed: Installed) -> None:
    config = Path(home.environment["PHOTOSEEK_CONFIG_DIR"])
    config.mkdir()
    (config / "config.toml").write_text("[server]\nport = 0\n")
    moved = {name: value for name, value in home.environment.items() if name.endswith("_DIR")}
    with logged_in(home.folder) as login:
        done = login.run(str(installed.program), "autostart", "install", **moved)
        assert done.returncode == 0, done.stderr
        login.systemctl("start", UNIT)
        before = login.show(UNIT, "MainPID", "NRestarts")
        installed.upgrade()
        until(lambda: version(home) == NEXT, lambda: home.log)
        until(lambda: login.show(UNIT, "ActiveState") == {"ActiveState": "active"}, lambda: home.log)
        assert login.show(UNIT, "MainPID", "NRestarts") == before
        assert login.show(UNIT, "SubState", "Result") == {"SubState": "running", "Result": "success"}
        installed.remove()
        until(lambda: login.show(UNIT, "ActiveState") == {"ActiveState": "inactive"}, lambda: home.log)
        assert login.show(UNIT, "Result", "NRestarts") == {"Result": "success", "NRestarts": "0"}
        login.systemctl("start", UNIT)  # as at the next login
        shown = login.show(UNIT, "ActiveState", "Result", "ConditionResult")
        assert shown == {"ActiveState": "inactive", "Result": "success", "ConditionResult": "no"}
    assert not home.discovery.exists()

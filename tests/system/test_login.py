"""The unit as it is installed, under a real systemd of the person: started at login, ready, stopped, crashed, hung."""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.benchmarks.daemon import Daemon
from tests.system.home import Home, gone, until
from tests.system.login import Login, logged_in
from tests.system.webpage import copy_photos

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")

UNIT = "photoseek.service"
# As `systemctl --user edit photoseek` writes it: the same unit, in less of the tests' time. Its watchdog is impatient
# in one test only: a daemon that begins beside busy programs may be silent for seconds.
AT_ONCE = "[Service]\nRestartSec=0\n"
SOON_BITES = "WatchdogSec=3\n"


@pytest.fixture
def home(home: Home) -> Home:
    """Settings stand in the file: a unit knows no variables."""
    config = Path(home.environment["PHOTOSEEK_CONFIG_DIR"])
    config.mkdir()
    (config / "config.toml").write_text(
        '[server]\nport = 0\n[model]\nname = "starter"\n[governor]\nbusy = "go"\non_battery = "go"\n'
    )
    return home


def photoseek(login: Login, home: Home, *args: str) -> str:
    """A command of the person, who has moved photoseek's folders."""
    moved = {name: value for name, value in home.environment.items() if name.endswith("_DIR")}
    done = login.run(sys.executable, "-m", "photoseek", *args, **moved)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def login(home: Home) -> Iterator[Login]:
    """A login with the unit installed and, but for its times, as it is."""
    with logged_in(home.folder) as login:
        photoseek(login, home, "autostart", "install")
        edit(login, home, AT_ONCE)
        yield login


def edit(login: Login, home: Home, text: str) -> None:
    """Change the unit for its next start."""
    override = home.folder / ".config" / "systemd" / "user" / f"{UNIT}.d" / "override.conf"
    override.parent.mkdir(exist_ok=True)
    override.write_text(text)
    login.systemctl("daemon-reload")


def is_listening(home: Home) -> bool:
    """Whether it answers at the first try."""
    url = json.loads(home.discovery.read_text("utf-8"))["url"]
    with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
        return bool(answer.status == 200)


def state(login: Login) -> tuple[str, str, str]:
    shown = login.show(UNIT, "ActiveState", "SubState", "Result")
    return shown["ActiveState"], shown["SubState"], shown["Result"]


RUNS = ("active", "running", "success")
STOPPED = ("inactive", "dead", "success")


@pytest.mark.long
def test_at_the_next_login_it_is_there_and_does_its_work_within_the_limits_of_its_unit(
    home: Home, shared_photos: Path
) -> None:
    pictures = home.folder / "pictures"
    copy_photos(shared_photos, pictures, 3)
    opened = have_opener(home)
    with logged_in(home.folder) as login:
        photoseek(login, home, "autostart", "install")
        assert state(login) == STOPPED
    with logged_in(home.folder) as login:
        until(lambda: state(login) == RUNS)
        assert is_listening(home)
        assert "starts at login, as a unit of your systemd" in photoseek(login, home, "autostart", "status")
        daemon = Daemon(login.process(UNIT).pid, json.loads(home.discovery.read_text("utf-8")))
        assert login.show(UNIT, "StatusText") == {"StatusText": f"photoseek listens at {daemon.url}"}
        check_limits(login, daemon.process)

        daemon.take_in(pictures)
        [first, *_] = daemon.search("a photo", 1)["photos"]
        daemon.ask(f"/photos/{first['id']}/open", {})
        until(opened.exists)
        assert UNIT not in opened.read_text("utf-8")
        assert UNIT in Path(f"/proc/{daemon.process.pid}/cgroup").read_text("utf-8")

    assert not home.discovery.exists()


@pytest.mark.long
def test_a_home_of_any_name_and_folders_that_only_a_shell_has_moved(tmp_path: Path) -> None:
    person = tmp_path / "Jörg's 50% of $HOME"
    moved = {f"XDG_{kind}_HOME": str(person / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE")}
    settings = person / "config" / "photoseek" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[server]\nport = 0\n")
    command = [sys.executable, "-m", "photoseek"]
    with logged_in(person) as login:
        done = login.run(*command, "autostart", "install", **moved)
        assert done.returncode == 0, done.stderr
        login.systemctl("start", UNIT)
        assert login.run(*command, "status", **moved).returncode == 0
        assert (person / "data" / "photoseek" / "catalogue.sqlite3").exists()
        assert not (person / ".local").exists()
        said = login.run(*command, "autostart", "status", **moved).stdout
        assert said.startswith("photoseek starts at login")
        assert len(said.splitlines()) == 1, said
        login.systemctl("stop", UNIT)
        assert login.run(*command, "autostart", "remove", **moved).returncode == 0
        assert [path for path in person.rglob("photoseek*.*") if path.suffix in {".service", ".desktop"}] == []


@pytest.mark.long
def test_one_that_was_removed_runs_until_the_logout_and_is_not_there_at_the_next_login(home: Home) -> None:
    with logged_in(home.folder) as login:
        photoseek(login, home, "autostart", "install")
        login.systemctl("start", UNIT)
        photoseek(login, home, "autostart", "remove")
        assert state(login) == RUNS
        assert is_listening(home)
    assert not home.discovery.exists()
    assert home.log.count("photoseek stops") == 1
    assert [path for path in (home.folder / ".config").rglob("*") if not path.is_dir()] == []
    with logged_in(home.folder) as login:
        assert login.show(UNIT, "LoadState") == {"LoadState": "not-found"}


def have_opener(home: Home) -> Path:
    """A desktop's opener for the person; the file that says where it runs."""
    seen, program = home.folder / "opened", home.folder / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncp /proc/self/cgroup "{seen}.new" && mv "{seen}.new" "{seen}"\n')
    program.chmod(0o700)
    variables = home.folder / ".config" / "environment.d" / "programs.conf"  # see environment.d(5)
    variables.parent.mkdir(parents=True)
    variables.write_text(f'PATH="{program.parent}:$PATH"\n')
    return seen


def check_limits(login: Login, process: psutil.Process) -> None:
    """What the unit asks for is in force, for a manager without any right."""
    kernel = dict(line.split(":\t", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
    niceness = max(5, os.nice(0))  # without rights none becomes less nice than it was begun
    assert (process.nice(), process.ionice().ioclass) == (niceness, psutil.IOPRIO_CLASS_IDLE)
    assert (kernel["NoNewPrivs"], kernel["Seccomp"], int(kernel["CapBnd"], 16)) == ("1", "2", 0)
    shown = login.show(UNIT, "Type", "WatchdogUSec", "MemoryHigh", "NRestarts", "RestrictNamespaces")
    assert shown.pop("MemoryHigh") == str(psutil.virtual_memory().total * 60 // 100 // 4096 * 4096)
    assert shown == {"Type": "notify", "WatchdogUSec": "1min", "NRestarts": "0", "RestrictNamespaces": "yes"}


@pytest.mark.long
def test_it_counts_as_started_once_it_listens_and_not_before(home: Home, login: Login) -> None:
    settings = Path(home.environment["PHOTOSEEK_CONFIG_DIR"]) / "config.toml"
    text = settings.read_text("utf-8")
    settings.unlink()
    os.mkfifo(settings)  # whoever reads it waits until somebody writes it
    login.systemctl("start", "--no-block", UNIT)
    with settings.open("w", encoding="utf-8") as held:
        assert state(login)[:2] == ("activating", "start")
        assert not home.discovery.exists()
        held.write(text)
    login.systemctl("start", UNIT)  # ends when that has
    assert is_listening(home)


@pytest.mark.long
@pytest.mark.parametrize("sign", ["SIGSTOP", "SIGSEGV", "SIGKILL"])
def test_one_that_hangs_or_crashes_is_started_again(home: Home, login: Login, sign: str) -> None:
    if sign == "SIGSTOP":
        edit(login, home, AT_ONCE + SOON_BITES)
    login.systemctl("start", UNIT)
    before = login.process(UNIT)
    login.systemctl("kill", "--kill-whom=main", f"--signal={sign}", UNIT)
    until(lambda: login.show(UNIT, "NRestarts") == {"NRestarts": "1"} and state(login)[:2] == RUNS[:2])
    assert is_listening(home)
    assert gone([before])
    assert login.process(UNIT).pid != before.pid


@pytest.mark.long
def test_one_that_is_restarted_has_ended_cleanly_and_listens_when_that_is_said(home: Home, login: Login) -> None:
    login.systemctl("start", UNIT)
    before = login.process(UNIT)
    login.systemctl("restart", UNIT)
    assert is_listening(home)
    assert gone([before])
    assert home.log.count("photoseek stops") == 1
    assert state(login) == RUNS


@pytest.mark.long
@pytest.mark.parametrize("by", ["systemctl", "photoseek"])
def test_one_that_was_stopped_stays_so(home: Home, login: Login, by: str) -> None:
    login.systemctl("start", UNIT)
    process = login.process(UNIT)
    if by == "photoseek":
        photoseek(login, home, "stop")
        until(lambda: state(login) == STOPPED, lambda: str(state(login)))  # it deactivates before
    else:
        login.systemctl("stop", UNIT)
    assert state(login) == STOPPED
    assert gone([process])
    assert not home.discovery.exists()
    assert login.show(UNIT, "NRestarts") == {"NRestarts": "0"}


@pytest.mark.long
def test_a_mistake_in_the_settings_is_tried_five_times_and_shown(home: Home, login: Login) -> None:
    settings = Path(home.environment["PHOTOSEEK_CONFIG_DIR"]) / "config.toml"
    settings.write_text("[server]\nprot = 0\n")
    assert login.run("systemctl", "--user", "start", UNIT).returncode != 0
    until(lambda: state(login)[0] == "failed")
    assert login.show(UNIT, "ExecMainStatus") == {"ExecMainStatus": "1"}

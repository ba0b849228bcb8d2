"""run, start and stop: the real daemon as a process, without a photo and without a model."""

import contextlib
import gc
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from photoseek.cli import cli
from photoseek.errors import CatalogueError
from photoseek.instance import own_token
from photoseek.paths import Paths
from tests.flow.mounting import make_read_only, small_disk
from tests.unit.cli.test_without_daemon import make_catalogue


@pytest.fixture(autouse=True)
def own_home(own_paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home without a pictures folder, and no port that another daemon may have."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_PICTURES_DIR", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PHOTOSEEK_SERVER__PORT", "0")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "home").mkdir()


def photoseek(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "photoseek", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Foreground:
    """``photoseek run``, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def wait_for(self, words: str) -> str:
        """The next line with these words."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it never said {words!r} but: {''.join(self.said)}")


@contextlib.contextmanager
def running(*args: str) -> Iterator[Foreground]:
    command = [sys.executable, "-m", "photoseek", "run", *args]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Foreground(process)
        finally:
            process.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(own_paths: Paths, how: signal.Signals) -> None:
    with running() as daemon:
        daemon.wait_for("photoseek is at http://127.0.0.1:")
        daemon.process.send_signal(how)
        daemon.wait_for("photoseek has stopped.")
        assert daemon.process.wait(timeout=60) == 0
    assert not own_paths.discovery.exists()
    assert "Traceback" not in own_paths.log.read_text("utf-8") + "".join(daemon.said)


def test_with_nohup_it_outlives_its_terminal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which it inherits
    try:
        with running() as daemon:
            daemon.wait_for("photoseek is at")
            daemon.process.send_signal(signal.SIGHUP)
            assert photoseek("status").returncode == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_without_any_folder_it_says_how_to_add_one() -> None:
    with running() as daemon:
        daemon.wait_for("`photoseek folders add DIR`")


def test_at_the_first_start_it_takes_the_pictures_folder(tmp_path: Path) -> None:
    (tmp_path / "home" / "Pictures").mkdir()
    with running() as daemon:
        daemon.wait_for("watching your pictures folder")
        assert str(tmp_path / "home" / "Pictures") in photoseek("folders", "list").stdout


def test_a_folder_given_is_watched_from_the_start(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with running("--folder", "mine") as daemon:
        daemon.wait_for("photoseek is at")
        assert str(tmp_path / "mine") in photoseek("folders", "list").stdout


def test_a_folder_that_is_not_there_is_said_at_once() -> None:
    result = photoseek("run", "--folder", "/not/there")
    assert result.returncode == 1
    assert "/not/there" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_second_daemon_ends_with_1_and_says_who_has_it() -> None:
    with running() as daemon:
        daemon.wait_for("photoseek is at")
        result = photoseek("run")
        assert result.returncode == 1
        assert "photoseek is running already:" in result.stderr
        assert str(daemon.process.pid) in result.stderr


def test_garbage_is_left_alone_until_it_listens_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    collecting: list[bool] = []

    async def listen(*_: object, on_ready: Callable[[object], None], **__: object) -> bool:
        collecting.append(gc.isenabled())
        on_ready(None)
        collecting.append(gc.isenabled())
        return False

    monkeypatch.setattr("photoseek.service.run_service", listen)
    assert CliRunner().invoke(cli, ["run", "--no-tray", "--no-open"]).exit_code == 0
    assert collecting == [False, True]


def test_one_that_never_listens_leaves_the_collecting_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> bool:
        raise CatalogueError("It can't be opened.")

    monkeypatch.setattr("photoseek.service.run_service", fail)
    assert CliRunner().invoke(cli, ["run", "--no-tray", "--no-open"]).exit_code == 1
    assert gc.isenabled()


def test_start_leaves_it_running_and_stop_ends_it(own_paths: Paths) -> None:
    started = photoseek("start")
    try:
        assert started.returncode == 0, started.stderr
        assert "photoseek is at http://127.0.0.1:" in started.stderr
        assert "running already" in photoseek("start").stderr
        assert photoseek("status").returncode == 0
    finally:
        stopped = photoseek("stop")
    assert stopped.returncode == 0, stopped.stderr
    assert not own_paths.discovery.exists()
    assert photoseek("status").returncode == 3


def test_one_that_hangs_is_told_to_end_and_if_it_does_not_it_is_said_how(
    own_paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.background._LONGEST_END_S", 0.1)
    with running() as daemon:
        daemon.wait_for("photoseek is at")
        daemon.process.send_signal(signal.SIGSTOP)
        stopped = CliRunner().invoke(cli, ["stop"])
        assert stopped.exit_code == 1
        assert f"kill -9 {daemon.process.pid}" in stopped.output
        daemon.process.send_signal(signal.SIGCONT)
        assert daemon.process.wait(timeout=60) == 0


def test_one_whose_discovery_file_was_taken_away_is_ended_too(own_paths: Paths) -> None:
    with running() as daemon:
        daemon.wait_for("photoseek is at")
        own_paths.discovery.unlink()
        stopped = CliRunner().invoke(cli, ["stop"])
        assert stopped.exit_code == 0, stopped.output
        assert daemon.process.wait(timeout=60) == 0


def test_where_nothing_can_be_written_it_starts_all_the_same_and_says_so(own_paths: Paths) -> None:
    with small_disk(own_paths.data, "32m"):
        own_paths.data.chmod(0o700)
        make_catalogue(own_paths)
        own_token(own_paths)
        make_read_only(own_paths.data)
        started = photoseek("start")
        try:
            assert started.returncode == 0, started.stderr
            said = photoseek("status").stdout
            assert "paused" in said
            assert "can't be written to" in said
            checked = photoseek("check")
            assert checked.returncode == 1
            assert "can't be written to" in checked.stdout
        finally:
            photoseek("stop")


def test_a_start_that_fails_says_why(own_paths: Paths) -> None:
    own_paths.make()
    with contextlib.closing(sqlite3.connect(own_paths.catalogue)) as newer:
        newer.execute("PRAGMA user_version = 99")
    result = photoseek("start")
    assert result.returncode == 1
    assert "catalogue" in result.stderr
    assert str(own_paths.log) in result.stderr

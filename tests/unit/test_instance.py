"""The one-daemon lock with real processes, the discovery file, the token, and folders that others laid out."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from photoseek import instance
from photoseek.errors import AlreadyRunningError, NoRoomError, NotPrivateError
from photoseek.paths import Paths

ROOT_ONLY = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to give files away")
OTHER_UID = 54321

HOLD = """
import sys
from photoseek import instance
from photoseek.errors import AlreadyRunningError
from photoseek.paths import find_paths
try:
    with instance.only_daemon(find_paths()):
        print("mine", flush=True)
        sys.stdin.read()
except AlreadyRunningError as error:
    print(error.message, flush=True)
"""


def make_paths(folder: Path) -> Paths:
    return Paths(config=folder / "config", data=folder / "data", cache=folder / "cache", runtime=folder / "run")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = make_paths(tmp_path)
    instance.make_private(made)
    return made


def start_holder(paths: Paths) -> subprocess.Popen[str]:
    folders = {"DATA": paths.data, "CACHE": paths.cache, "CONFIG": paths.config, "RUNTIME": paths.runtime}
    environment = os.environ | {f"PHOTOSEEK_{kind}_DIR": str(folder) for kind, folder in folders.items()}
    return subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("")


def test_of_twenty_started_at_once_one_wins_and_the_others_say_who(paths: Paths) -> None:
    processes = [start_holder(paths) for _ in range(20)]
    lines = [first_line(process) for process in processes]
    winners = [process for process, line in zip(processes, lines, strict=True) if line == "mine"]
    try:
        assert len(winners) == 1
        assert all(f"process id {winners[0].pid}" in line for line in lines if line != "mine")
    finally:
        for process in processes:
            end(process)
    with instance.only_daemon(paths):
        pass


def test_the_lock_is_free_after_a_kill(paths: Paths) -> None:
    holder = start_holder(paths)
    assert first_line(holder) == "mine"
    with pytest.raises(AlreadyRunningError, match=f"process id {holder.pid}"), instance.only_daemon(paths):
        pass
    holder.kill()
    end(holder)
    with instance.only_daemon(paths):
        assert (paths.data / "daemon.pid").read_text() == str(os.getpid())
    assert not (paths.data / "daemon.pid").exists()


def test_already_running_says_the_url_where_the_daemon_listens(paths: Paths) -> None:
    with (
        instance.only_daemon(paths),
        instance.announce(paths, "http://127.0.0.1:7427"),
        pytest.raises(AlreadyRunningError, match=r"at http://127\.0\.0\.1:7427"),
        instance.only_daemon(paths),
    ):
        pass


def test_the_discovery_file_is_private_and_there_only_while_announced(paths: Paths) -> None:
    assert instance.find_daemon(paths) is None
    with instance.announce(paths, "http://127.0.0.1:7427") as announced:
        assert stat.S_IMODE(paths.discovery.stat().st_mode) == 0o600
        assert set(json.loads(paths.discovery.read_text())) == {"url", "pid", "version", "token_file"}
        assert instance.find_daemon(paths) == announced
        assert announced.token_file == str(paths.token)
    assert not paths.discovery.exists()


def test_a_discovery_file_of_a_later_daemon_is_left_alone(paths: Paths) -> None:
    with instance.announce(paths, "http://127.0.0.1:7427"):
        later = paths.discovery.read_text().replace("7427", "7428")
        paths.discovery.write_text(later)
    assert paths.discovery.read_text() == later


def test_a_data_dir_that_is_not_utf8_is_announced_whole(tmp_path: Path) -> None:
    paths = make_paths(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")))
    instance.make_private(paths)
    with instance.announce(paths, "http://127.0.0.1:1"):
        found = instance.find_daemon(paths)
        assert found is not None
        assert os.fsencode(found.token_file) == os.fsencode(paths.token)


def test_a_dead_daemons_discovery_file_counts_as_none(paths: Paths) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    body = {"url": "http://127.0.0.1:7427", "pid": dead.pid, "version": "1", "token_file": "t"}
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
    paths.discovery.write_text(json.dumps(body))
    assert instance.find_daemon(paths) is None, "killed, not yet buried by its parent"
    dead.wait()
    assert instance.find_daemon(paths) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        "[" * 50_000,
        '{"url": "http://127.0.0.1:1"}',
        '{"url": "http://evil.example:1", "pid": 1, "version": "1", "token_file": "t"}',
        '{"url": "http://127.0.0.1:1", "pid": -1, "version": "1", "token_file": "t"}',
        '{"url": "http://127.0.0.1:1", "pid": 99999999999999999999, "version": "1", "token_file": "t"}',
    ],
)
def test_a_broken_discovery_file_counts_as_none(paths: Paths, content: str) -> None:
    paths.discovery.write_text(content)
    assert instance.find_daemon(paths) is None


def test_a_discovery_file_that_others_could_write_counts_as_none(paths: Paths) -> None:
    with instance.announce(paths, "http://127.0.0.1:7427"):
        paths.discovery.chmod(0o666)
        assert instance.find_daemon(paths) is None
        paths.discovery.chmod(0o600)
        paths.runtime.chmod(0o777)
        assert instance.find_daemon(paths) is None


def test_a_linked_discovery_file_counts_as_none(paths: Paths) -> None:
    with instance.announce(paths, "http://127.0.0.1:7427"):
        moved = paths.discovery.rename(paths.runtime / "elsewhere")
        paths.discovery.symlink_to(moved)
        assert instance.find_daemon(paths) is None
        paths.discovery.unlink()


@ROOT_ONLY
def test_another_persons_discovery_file_counts_as_none(paths: Paths) -> None:
    with instance.announce(paths, "http://127.0.0.1:7427"):
        os.chown(paths.discovery, OTHER_UID, OTHER_UID)
        assert instance.find_daemon(paths) is None


def test_the_token_is_made_once_and_read_back(paths: Paths) -> None:
    token = instance.own_token(paths)
    assert len(token) == 43
    assert instance.own_token(paths) == token == instance.read_token(paths.token)
    assert stat.S_IMODE(paths.token.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.data.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o606])
def test_a_token_that_others_could_read_is_replaced_by_a_private_one(paths: Paths, mode: int) -> None:
    token = instance.own_token(paths)
    paths.token.chmod(mode)
    assert instance.own_token(paths) != token
    assert stat.S_IMODE(paths.token.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 43, b"a b" * 20])
def test_what_can_not_be_a_token_is_replaced_and_not_used_by_clients(paths: Paths, content: bytes) -> None:
    paths.token.write_bytes(content)
    paths.token.chmod(0o600)
    with pytest.raises(NotPrivateError):
        instance.read_token(paths.token)
    assert len(instance.own_token(paths)) == 43


@ROOT_ONLY
def test_another_persons_token_is_refused(paths: Paths) -> None:
    instance.own_token(paths)
    os.chown(paths.token, OTHER_UID, OTHER_UID)
    with pytest.raises(NotPrivateError):
        instance.own_token(paths)
    with pytest.raises(NotPrivateError):
        instance.read_token(paths.token)


def test_open_folders_are_closed(tmp_path: Path) -> None:
    paths = make_paths(tmp_path)
    paths.data.mkdir(mode=0o755)
    paths.runtime.mkdir()
    paths.runtime.chmod(0o777)
    instance.make_private(paths)
    assert stat.S_IMODE(paths.data.stat().st_mode) == stat.S_IMODE(paths.runtime.stat().st_mode) == 0o700


@ROOT_ONLY
@pytest.mark.parametrize("planted", ["folder", "link", "folder above"])
def test_a_folder_that_another_person_planted_in_a_shared_place_is_refused(tmp_path: Path, planted: str) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    place = shared / "runtime-1000"
    if planted == "link":
        place.symlink_to(tmp_path)
    else:
        place.mkdir()
    os.chown(place, OTHER_UID, OTHER_UID, follow_symlinks=False)
    runtime = place / "photoseek" if planted == "folder above" else place
    paths = Paths(config=tmp_path / "c", data=tmp_path / "d", cache=tmp_path / "e", runtime=runtime)
    with pytest.raises(NotPrivateError, match="another person"):
        instance.make_private(paths)
    assert instance.find_daemon(paths) is None


def test_folders_that_can_not_be_made_are_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(NotPrivateError, match="/data: "):
        instance.make_private(make_paths(tmp_path))


def test_a_lock_that_can_not_be_written_is_a_clear_error(tmp_path: Path) -> None:
    paths = make_paths(tmp_path)
    paths.make()
    paths.lock.mkdir()
    with pytest.raises(NoRoomError, match=r"daemon\.lock can't be written"), instance.only_daemon(paths):
        pass

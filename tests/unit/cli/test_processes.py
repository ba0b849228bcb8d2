"""The command line as a process: its speed, its exit codes, its pipes and its locales."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photoseek.paths import Paths
from tests.unit.cli.bodies import STATUS, found, hit
from tests.unit.cli.small_daemon import SmallDaemon

HEAVY = ("aiohttp", "msgspec", "rich", "numpy", "asyncio", "platformdirs", "torch", "faiss", "sqlite3", "PIL")


def photoseek(*args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "photoseek", *args]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, check=False)


@pytest.mark.parametrize("statement", ["import photoseek.__main__", "from photoseek.cli import cli"])
def test_importing_the_command_line_imports_nothing_heavy(statement: str) -> None:
    script = f"import sys; {statement}; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"[]\n"


def test_help_imports_no_command() -> None:
    script = """if True:
        import sys
        from photoseek.cli import cli
        cli(["--help"], standalone_mode=False)
        print([name for name in sys.modules if name.startswith("photoseek.cli.")])
    """
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    assert output.splitlines()[-1] == "['photoseek.cli.terminal', 'photoseek.cli.root']"


def test_the_version_is_said() -> None:
    assert photoseek("--version").stdout.startswith(b"photoseek ")


@pytest.mark.parametrize(
    ("args", "code"), [(["--help"], 0), (["serch"], 2), (["search"], 2), (["status"], 3), (["search", "x"], 3)]
)
def test_exit_codes_have_their_meanings(own_paths: Paths, args: list[str], code: int) -> None:
    result = photoseek(*args)
    assert result.returncode == code
    assert b"Traceback" not in result.stderr


@pytest.fixture
def full(small_daemon: SmallDaemon) -> SmallDaemon:
    """A daemon with more hits than a pipe holds, under names that not every locale has."""
    small_daemon.answers["GET /api/v1/status"] = STATUS
    many = [hit(f"/p/{'ü' * 100}😀{number}.jpg".encode()) for number in range(2000)]
    small_daemon.answers["GET /api/v1/search"] = found(*many, good=2000)
    return small_daemon


@pytest.mark.parametrize("form", [[], ["--paths"], ["-0"], ["--json"]])
def test_a_pipe_that_is_closed_early_is_no_error_message(full: SmallDaemon, form: list[str]) -> None:
    command = [sys.executable, "-m", "photoseek", "search", "x", *form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_terminal_that_lacks_a_letter_is_no_error(full: SmallDaemon, encoding: str) -> None:
    result = photoseek("search", "x", PYTHONIOENCODING=encoding, LC_ALL="C")
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 2001


@pytest.fixture
def process(own_paths: Paths) -> Iterator[subprocess.Popen[bytes]]:
    """A small daemon as a process of its own."""
    command = [sys.executable, "-m", "tests.unit.cli.small_daemon"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_stop_ends_the_daemon_and_waits_for_its_end(process: subprocess.Popen[bytes], own_paths: Paths) -> None:
    result = photoseek("stop")
    assert result.returncode == 0, result.stderr
    assert process.wait(timeout=60) == 0
    assert not own_paths.discovery.exists()
    assert photoseek("stop").returncode == 3


@pytest.mark.parametrize(("args", "code"), [("model list", 0), ("status", 3)])
def test_without_any_console_a_command_ends_as_usual(own_paths: Paths, args: str, code: int) -> None:
    command = ["sh", "-c", f'exec "$0" -m photoseek {args} <&- >&- 2>&-', sys.executable]
    assert subprocess.run(command, check=False).returncode == code

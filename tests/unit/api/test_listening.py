"""The socket file beside the port: who gets in, under which name, and what becomes of it."""

import contextlib
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from photoseek.api.listening import is_own_process, listening_at
from tests.unit.api.conftest import TOKEN, Http, SmallLibrary, serve_small

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Python has no Unix sockets there")

STATUS = "/api/v1/status"
NOBODY = {"Authorization": ""}


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a path that is short enough on every system."""
    with tempfile.TemporaryDirectory(prefix="ps") as folder:
        yield Path(folder)


@asynccontextmanager
async def through(path: Path, url: str = "http://localhost") -> AsyncIterator[Http]:
    connector = aiohttp.UnixConnector(str(path))
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
        yield Http(session, f"{url}:80" if url.count(":") == 1 else url)


@pytest.fixture
def at(library: SmallLibrary) -> Path:
    return library.folder / "runtime" / "photoseek.sock"


async def test_who_can_open_the_socket_file_needs_no_token(http: Http, at: Path) -> None:
    assert stat.S_IMODE(at.stat().st_mode) == 0o600
    async with through(at) as own:
        assert (await own.json("GET", STATUS, headers=NOBODY))[0] == 200
    async with through(at, http.url) as own:
        assert (await own.json("GET", STATUS, headers=NOBODY))[0] == 200, "under the name that daemon.json says"


@pytest.mark.parametrize("host", ["evil.example", "localhost:8080", "127.0.0.1", "photoseek"])
async def test_other_hosts_are_refused_there_too(http: Http, at: Path, host: str) -> None:
    async with through(at) as own:
        assert (await own.json("GET", STATUS, headers=NOBODY | {"Host": host}))[0] == 421
        assert (await http.json("GET", STATUS, headers={"Host": "localhost"}))[0] == 421, "on the port it wants one"


async def test_a_page_that_a_proxy_would_let_near_is_refused(http: Http, at: Path) -> None:
    async with through(at) as own:
        for header in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert (await own.json("GET", STATUS, headers=NOBODY | header))[0] == 403


async def test_another_person_s_process_needs_the_token(http: Http, at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photoseek.api.guard.is_own_process", lambda connection: False)
    async with through(at, http.url) as own:
        assert (await own.json("GET", STATUS, headers=NOBODY))[0] == 401
        assert (await own.json("GET", STATUS, headers={"Authorization": f"Bearer {TOKEN}"}))[0] == 200


def test_who_is_at_the_other_end_is_told_by_the_system(short: Path) -> None:
    with listening_at(short / "s") as listener, socket.socket(socket.AF_UNIX) as client:
        assert listener is not None
        client.connect(str(short / "s"))
        with listener.accept()[0] as connection:
            assert is_own_process(connection)
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        assert not is_own_process(client), "through a port it may be anybody"


KNOCK = """
import os, socket, sys
os.setgid(65534); os.setuid(65534)
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[1])
except PermissionError:
    print("refused")
else:
    print("let in")
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to be another person")
def test_another_person_can_not_even_open_it(short: Path) -> None:
    short.chmod(0o755)  # the folder itself would keep them out too
    with listening_at(short / "s") as listener:
        assert listener is not None
        said = subprocess.run(
            [sys.executable, "-I", "-c", KNOCK, str(short / "s")], capture_output=True, text=True, check=True
        )
    assert said.stdout == "refused\n"


async def test_it_ends_with_the_daemon_and_that_of_a_killed_one_is_replaced(library: SmallLibrary, at: Path) -> None:
    at.parent.mkdir()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(at))
    left.close()
    assert at.exists()
    async with serve_small(library), through(at) as own:
        assert (await own.json("GET", "/healthz"))[0] == 200
    assert not at.exists()


def test_that_of_a_later_daemon_is_left_alone(short: Path) -> None:
    path = short / "s"
    with contextlib.ExitStack() as earlier, contextlib.ExitStack() as later:
        earlier.enter_context(listening_at(path))
        later.enter_context(listening_at(path))
        earlier.close()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
    assert not path.exists()


@pytest.mark.parametrize("length", [104, 108, 300])
def test_without_room_for_its_path_there_is_none_and_the_log_says_why(
    short: Path, length: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = short / ("x" * (length - len(str(short)) - 1))
    with listening_at(path) as listener:
        assert listener is None
    assert "too long" in caplog.text
    assert str(path) not in caplog.text


def test_the_longest_path_that_fits_is_taken(short: Path) -> None:
    path = short / ("x" * (103 - len(str(short)) - 1))
    with listening_at(path) as listener:
        assert listener is not None
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))


def test_what_is_no_socket_is_not_removed(short: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = short / "s"
    path.write_text("a person's")
    with listening_at(path) as listener:
        assert listener is None
    assert path.read_text() == "a person's"
    assert "EADDRINUSE" in caplog.text

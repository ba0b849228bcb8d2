"""What systemd hears: over a real datagram socket, from the supervisor itself and from a whole daemon."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photoseek.instance import find_daemon
from photoseek.paths import find_paths
from photoseek.supervision import Supervisor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")


@contextlib.contextmanager
def listening(address: str | bytes) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notes:
        notes.bind(address)
        notes.setblocking(False)
        yield notes


async def hear(notes: socket.socket) -> list[str]:
    return (await asyncio.wait_for(asyncio.get_running_loop().sock_recv(notes, 4096), 60)).decode().split("\n")


@pytest.mark.parametrize("kind", ["file", "abstract name"])
async def test_it_says_that_it_is_ready_that_the_loop_turns_and_that_it_stops(tmp_path: Path, kind: str) -> None:
    name = f"photoseek-test-{os.getpid()}"
    bound, told = (str(tmp_path / "notes"),) * 2 if kind == "file" else (f"\0{name}", f"@{name}")
    environment = {"NOTIFY_SOCKET": told, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": str(os.getpid()), "HOME": "/"}
    with listening(bound) as notes:
        async with Supervisor(environment).watching("listens"):
            assert environment == {"HOME": "/"}
            assert await hear(notes) == ["READY=1", "STATUS=photoseek listens"]
            assert [await hear(notes) for _ in range(3)] == [["WATCHDOG=1"]] * 3
        said = await hear(notes)
        while said == ["WATCHDOG=1"]:
            said = await hear(notes)
        assert said == ["STOPPING=1", "STATUS=photoseek stops"]


async def test_it_says_that_it_goes_on_as_another_program(tmp_path: Path) -> None:
    with listening(str(tmp_path / "notes")) as notes:
        supervisor = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "notes")})
        async with supervisor.watching("listens"):
            await hear(notes)
            supervisor.begin_anew()
        reloading, since, status = await hear(notes)
        assert (reloading, status) == ("RELOADING=1", "STATUS=photoseek begins anew")
        assert since.startswith("MONOTONIC_USEC=")


async def test_a_watchdog_that_is_meant_for_another_process_hears_nothing(tmp_path: Path) -> None:
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notes"), "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}
    with listening(str(tmp_path / "notes")) as notes:
        async with Supervisor(environment).watching("listens"):
            await hear(notes)
            await asyncio.sleep(0)
        assert (await hear(notes))[0] == "STOPPING=1"


async def test_without_systemd_or_with_one_that_has_gone_it_goes_on(tmp_path: Path) -> None:
    for environment in ({}, {"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "20000"}):
        async with Supervisor(dict(environment)).watching("listens"):
            await asyncio.sleep(0)


async def test_a_daemon_is_ready_when_it_listens_and_pings_until_it_stops(tmp_path: Path) -> None:
    dirs = {f"PHOTOSEEK_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "RUNTIME")}
    (tmp_path / "home").mkdir()
    told = {"NOTIFY_SOCKET": str(tmp_path / "notes"), "WATCHDOG_USEC": "100000", "HOME": str(tmp_path / "home")}
    own = {"PHOTOSEEK_SERVER__PORT": "0", "PHOTOSEEK_MODEL__NAME": "starter", "HF_HUB_OFFLINE": "1"}
    places = [
        part for kind in ("config", "data", "cache", "runtime") for part in ("--place", kind, str(tmp_path / kind))
    ]
    command = [sys.executable, "-m", "photoseek", "run", "--no-tray", "--no-open", "--background", *places]
    with listening(str(tmp_path / "notes")) as notes:
        daemon = await asyncio.create_subprocess_exec(*command, env=os.environ | told | own)
        try:
            ready = await hear(notes)
            found = find_daemon(find_paths(dirs))
            assert found is not None
            assert ready == ["READY=1", f"STATUS=photoseek listens at {found.url}"]
            reader, writer = await asyncio.open_connection("127.0.0.1", int(found.url.rpartition(":")[2]))
            writer.write(
                b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
                % int(found.url.rpartition(":")[2])
            )
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
            writer.close()
            assert [await hear(notes) for _ in range(3)] == [["WATCHDOG=1"]] * 3
            daemon.terminate()
            said = await hear(notes)
            while said == ["WATCHDOG=1"]:
                said = await hear(notes)
            assert said == ["STOPPING=1", "STATUS=photoseek stops"]
            assert await daemon.wait() == 0
        finally:
            if daemon.returncode is None:
                daemon.kill()
                await daemon.wait()

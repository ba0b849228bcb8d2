"""photoseek as a person has it: real processes over folders of their own. Used by the system tests.

What a daemon says goes to a file, so that no pipe fills up; ``Daemon`` asks over HTTP.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.daemon import Daemon

PATIENCE_S = 90.0
LOOK_S = 0.02
# What would lead to the person who runs the tests: own folders, own systemd, own screen.
_NOT_KEPT = (
    "PHOTOSEEK_",
    "XDG_CONFIG_HOME",
    "INVOCATION_ID",
    "NOTIFY_SOCKET",
    "WATCHDOG_",
    "DISPLAY",
    "WAYLAND_DISPLAY",
)


class Home:
    """photoseek's own folders, below one; every process that a test starts knows them.

    ``program`` is what runs as photoseek; a test of a package puts that one's there.

    The governor is told to go on: whatever else this machine does shall not slow a test.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_KEPT)}
        dirs = {f"PHOTOSEEK_{kind}_DIR": str(folder / kind.lower()) for kind in ("DATA", "CACHE", "CONFIG", "RUNTIME")}
        usual = {"SERVER__PORT": "0", "MODEL__NAME": "starter", "GOVERNOR__BUSY": "go", "GOVERNOR__ON_BATTERY": "go"}
        self.environment = kept | dirs | {"HOME": str(folder), "HF_HUB_OFFLINE": "1"}
        self.environment |= {f"PHOTOSEEK_{key}": value for key, value in (usual | settings).items()}
        self.program: Sequence[str] = (sys.executable, "-m", "photoseek")
        self._started = 0

    @property
    def discovery(self) -> Path:
        """Where the daemon says where it listens."""
        return self.folder / "runtime" / "daemon.json"

    @property
    def log(self) -> str:
        """What the daemons of this home have written down."""
        path = self.folder / "data" / "photoseek.log"
        return path.read_text("utf-8") if path.exists() else ""

    def photoseek(self, *args: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run([*self.program, *args], env=self.environment, capture_output=True, text=True, check=False)

    def start(self, *args: str) -> "Process":
        """Start ``photoseek run``; the caller ends it."""
        self._started += 1
        return Process(
            self, [*self.program, "run", "--no-tray", "--no-open", *args], self.folder / f"said {self._started}"
        )

    @contextmanager
    def running(self, *args: str) -> Iterator["Process"]:
        """A daemon that listens; killed at the end unless it has ended by itself."""
        process = self.start(*args)
        try:
            process.wait_until_it_listens()
            yield process
        finally:
            process.put_away()


class Process:
    """A ``photoseek run``."""

    def __init__(self, home: Home, command: list[str], said: Path) -> None:
        self._home = home
        self._said = said
        with said.open("wb") as file:
            self.popen = subprocess.Popen(
                command, env=home.environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        self._daemon: Daemon | None = None

    @property
    def said(self) -> str:
        """What it said so far."""
        return self._said.read_text("utf-8", "replace")

    @property
    def daemon(self) -> Daemon:
        """To ask it."""
        assert self._daemon is not None
        return self._daemon

    def wait_until_it_listens(self) -> None:
        """Wait for its discovery file."""
        until(lambda: self._found() is not None or self.popen.poll() is not None, lambda: self.said)
        found = self._found()
        assert found is not None, f"it ended: {self.said}"
        self._daemon = Daemon(self.popen.pid, found)

    def _found(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._home.discovery.read_text("utf-8"))
        except FileNotFoundError:
            return None
        return found if found["pid"] == self.popen.pid else None

    def until(self, holds: Callable[[Any], bool]) -> Any:
        """Wait until the status is as a test wants it; the status."""
        seen: list[Any] = [None]

        def look() -> bool:
            seen[0] = self.daemon.ask("/status")
            return holds(seen[0])

        until(look, lambda: f"{seen[0]}\n{self.said}")
        return seen[0]

    def settle(self) -> Any:
        """Wait until all that is on the disk has been dealt with; the counts."""
        return self.until(lambda s: s["indexing"]["state"] == "idle" and not s["counts"]["waiting"])["counts"]

    def children(self) -> list[psutil.Process]:
        """Its processes: decoders, model, and what Python itself needs for them."""
        return psutil.Process(self.popen.pid).children(recursive=True)

    def put_away(self) -> None:
        """Kill what is left of it."""
        self.popen.kill()
        self.popen.wait()


def until(holds: Callable[[], bool], explain: Callable[[], str] = str, *, within_s: float = PATIENCE_S) -> None:
    """Wait until something is so that nobody sends an event for."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {explain()}"
        time.sleep(LOOK_S)


def gone(processes: Iterable[psutil.Process]) -> bool:
    """Whether they have ended; one that the system's first process has not buried yet counts as ended."""
    return not any(_is_alive(process) for process in processes)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

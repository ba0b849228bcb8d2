"""A real daemon in a process of its own, driven over HTTP, for measurements."""

import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

START_S = 60.0
WORK_S = 3600.0
LOOK_S = 0.05
PATIENT_LOOK_S = 0.2
"""While it indexes: looking costs it time too."""


class Daemon:
    """What the measurements ask of the running daemon."""

    def __init__(self, pid: int, discovery: dict[str, Any]) -> None:
        self.process = psutil.Process(pid)
        self.url: str = discovery["url"]
        self.token = Path(discovery["token_file"]).read_text("utf-8").strip()

    def ask(self, path: str, body: object = None) -> Any:
        """The JSON answer of one route below ``/api/v1``; a body makes it a POST."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def search(self, text: str, limit: int) -> Any:
        """The answer to a text query."""
        return self.ask(f"/search?q={urllib.parse.quote(text)}&limit={limit}")

    def take_in(self, folder: Path) -> float:
        """Watch a folder; seconds until all of it is searchable."""
        started = time.perf_counter()
        self.ask("/folders", {"path": str(folder)})
        while True:
            status = self.ask("/status")
            if status["indexing"]["state"] == "idle" and status["counts"]["waiting"] == 0:
                return time.perf_counter() - started
            if time.perf_counter() - started > WORK_S:
                raise TimeoutError(f"not idle within {WORK_S:.0f} s: {status}")
            time.sleep(PATIENT_LOOK_S)

    def rss_mib(self) -> float:
        """Resident memory of the daemon process itself, without its children, in MiB."""
        return float(self.process.memory_info().rss) / 2**20

    def own_mib(self) -> float:
        """What of it belongs to no other process, in MiB: the rest are pages of libraries, read from their files."""
        return float(self.process.memory_full_info().uss) / 2**20


def own_folders(home: Path) -> dict[str, str]:
    """Variables that have photoseek keep its own files below a folder."""
    return {f"PHOTOSEEK_{kind}_DIR": str(home / kind.lower()) for kind in ("DATA", "CACHE", "CONFIG", "RUNTIME")}


@contextmanager
def running_daemon(home: Path, **settings: str) -> Iterator[Daemon]:
    """Start ``photoseek run`` with its files below ``home``; stop it at the end.

    Args:
        settings: As in the environment, such as ``MODEL__NAME="starter"``.
    """
    environment = os.environ | own_folders(home)
    environment |= {"PHOTOSEEK_SERVER__PORT": "0", "HF_HUB_OFFLINE": "1"}
    environment |= {"PHOTOSEEK_GOVERNOR__BUSY": "go", "PHOTOSEEK_GOVERNOR__ON_BATTERY": "go"}
    environment |= {f"PHOTOSEEK_{key}": value for key, value in settings.items()}
    empty = home / "no pictures"
    empty.mkdir(parents=True)
    with (home / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "photoseek", "run", "--no-tray", "--no-open", "--folder", str(empty)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            yield Daemon(process.pid, _wait_for(home / "runtime" / "daemon.json", process))
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(discovery: Path, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if discovery.exists():
            answer: dict[str, Any] = json.loads(discovery.read_text("utf-8"))
            return answer
        time.sleep(LOOK_S)
    raise RuntimeError("the daemon did not start: " + (discovery.parent.parent / "said.txt").read_text("utf-8"))

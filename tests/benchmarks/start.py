"""How soon the command line and the daemon are there, beside what Python and its libraries take by themselves.

Each in a process of its own, in turns, so that whatever else the machine does meets all of them. Listening: from the
start of the process until it answers ``GET /healthz``; a daemon whose catalogue is there already, and a bare aiohttp
server with one route. A packaged photoseek (a bundle, pipx's) is measured too where ``$PHOTOSEEK_PROGRAM`` names it.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.daemon import own_folders

ROUNDS = 9
LONGEST_S = 30.0
_BARE_SERVER = """
import sys
from aiohttp import web
async def health(request):
    return web.json_response({"status": "ok"})
app = web.Application()
app.router.add_get("/healthz", health)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _until_listening_ms([sys.executable, "-m", "photoseek", *_RUN], home)  # makes the catalogue
        python = [sys.executable]
        kinds: dict[str, tuple[int | None, Callable[[], float]]] = {
            "python, doing nothing": (None, lambda: _done_ms([*python, "-c", "pass"])),
            "import photoseek.cli": (150, lambda: _done_ms([*python, "-c", "import photoseek.cli"])),
            "photoseek --help": (250, lambda: _done_ms([*python, "-m", "photoseek", "--help"])),
            "bare aiohttp server, listening": (None, lambda: _until_listening_ms([*python, "-c", _BARE_SERVER], home)),
            "photoseek run, listening": (600, lambda: _until_listening_ms([*python, "-m", "photoseek", *_RUN], home)),
        }
        if program := os.environ.get("PHOTOSEEK_PROGRAM"):
            kinds["the packaged one, --help"] = (250, lambda: _done_ms([program, "--help"]))
            kinds["the packaged one, listening"] = (600, lambda: _until_listening_ms([program, *_RUN], home))
        times: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(ROUNDS):
            for name, (_goal, measure) in kinds.items():
                times[name].append(measure())
    print(f"\nStart, {ROUNDS} times each, in turns; median and slowest, in milliseconds")
    for name, (goal, _measure) in kinds.items():
        median = statistics.median(times[name])
        verdict = "" if goal is None else f"   goal {goal}: {'reached' if median <= goal else 'MISSED'}"
        print(f"  {name:34} {median:6.0f} {max(times[name]):6.0f}{verdict}")


_RUN = ("run", "--no-tray", "--no-open")


def _done_ms(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


def _until_listening_ms(command: list[str], home: Path) -> float:
    """Start it, see it answer, end it."""
    port = _free_port()
    environment = os.environ | own_folders(home)
    environment |= {"PHOTOSEEK_SERVER__PORT": str(port), "PHOTOSEEK_MODEL__NAME": "starter", "HOME": str(home)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, str(port)] if "-c" in command else command,
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _answers(port):
            assert process.poll() is None, "it ended"
            assert time.perf_counter() - began < LONGEST_S, "it does not answer"
            time.sleep(0.002)
        return (time.perf_counter() - began) * 1000
    finally:
        process.terminate()
        process.wait(LONGEST_S)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

"""Seconds from a photo's saving until it can be searched, in a library that is idle; another process saves.

With the starter, real weights. Once with model and decode workers in memory, once after they left it for want of work.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.camera import take_photos
from tests.benchmarks.daemon import Daemon, running_daemon

ROUNDS = 5
SIZE = (4000, 3000)
LOOK_S = 0.01
IDLE_S = 3
SAVE = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"


def main() -> None:
    """Print the table."""
    print(f"\nFrom saved to searchable, a 12-megapixel photo at a time (starter, {ROUNDS} photos; target: at most 3 s)")
    print(f"{'model and workers':20} {'median':>8} {'worst':>8}")
    for name, idle_s in (("in memory", 3600), ("asleep", IDLE_S)):
        with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home:
            times = _measure(Path(home), idle_s, asleep=name == "asleep")
        print(f"{name:20} {statistics.median(times):6.2f} s {max(times):6.2f} s", flush=True)


def _measure(home: Path, idle_s: float, *, asleep: bool) -> list[float]:
    take_photos(home / "camera", ROUNDS + 1, size=SIZE)
    photos = sorted((home / "camera").iterdir())
    watched = home / "watched"
    watched.mkdir()
    shutil.copy(photos[0], watched)
    times = []
    with running_daemon(home / "daemon", MODEL__NAME="starter", MODEL__IDLE_S=str(idle_s)) as daemon:
        daemon.take_in(watched)
        for photo in photos[1:]:
            while asleep and daemon.ask("/status")["model"]["state"] != "unloaded":
                time.sleep(LOOK_S)
            times.append(_save(daemon, photo, watched))
    return times


def _save(daemon: Daemon, photo: Path, watched: Path) -> float:
    vectors = daemon.ask("/status")["counts"]["vectors"]
    subprocess.run([sys.executable, "-c", SAVE, photo, watched / photo.name], check=True)
    saved_at = time.perf_counter()
    while daemon.ask("/status")["counts"]["vectors"] == vectors:
        time.sleep(LOOK_S)
    return time.perf_counter() - saved_at

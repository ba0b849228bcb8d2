"""The tray: how much memory its process takes, and how soon its icon is in the tray.

A session's bus of its own with a watcher made for it, a real daemon with the starter model. Memory, resident (RSS) and
with pages of libraries shared among those who have them (PSS): of a Python that does nothing, of the tray once it shows
what the daemon does, of the same tray after its menu was opened and the indexing paused and resumed many times (an icon
and a menu for each), and of the quick-search window that it keeps ready where there is a screen.

Registered: from the start of ``photoseek tray`` until it registers its icon with the watcher.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.benchmarks.daemon import Daemon, own_folders, running_daemon
from tests.system.home import until
from tests.system.screen import missing_packages, shown_screen
from tests.system.tray_host import Host, session_bus

GOAL_MIB = 50
CHANGES = 200
ROUNDS = 9


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(session_bus(home / "bus"))
        host = Host(address)
        stack.callback(host.close)
        host.appear()
        environment = os.environ | own_folders(home) | {"DBUS_SESSION_BUS_ADDRESS": address, "LANG": "C.UTF-8"}
        environment.pop("WAYLAND_DISPLAY", None)
        if not missing_packages():
            environment["DISPLAY"] = stack.enter_context(shown_screen()).name
        with running_daemon(home, MODEL__NAME="starter") as daemon:
            _measure_memory(host, daemon, environment)
            _measure_start(host, environment)


def _measure_memory(host: Host, daemon: Daemon, environment: dict[str, str]) -> None:
    print(f"\nThe tray, in MiB: resident, and with shared pages shared; goal for the tray {GOAL_MIB}")
    with _doing_nothing() as nothing:
        _tell("python, doing nothing", nothing)
    with _tray(host, environment) as tray:
        host.until_there("Pause indexing")
        _tell("the tray", tray, GOAL_MIB)
        for change in range(CHANGES):
            action = "pause" if change % 2 == 0 else "resume"
            daemon.ask("/indexing", {"action": action})
            host.until_there("Go on indexing" if action == "pause" else "Pause indexing")
        _tell(f"the same after {CHANGES} changes", tray, GOAL_MIB)
        if "DISPLAY" in environment:
            until((Path(environment["PHOTOSEEK_RUNTIME_DIR"]) / "quick.sock").exists)
            [window] = [child for child in tray.children() if "--ready" in child.cmdline()]
            _tell("the quick search that it keeps ready", window)


def _measure_start(host: Host, environment: dict[str, str]) -> None:
    times_ms = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with _tray(host, environment):
            times_ms.append((time.perf_counter() - began) * 1000)
    median, slowest = statistics.median(times_ms), max(times_ms)
    print(f"  its icon is registered after {median:.0f} ms, at the slowest {slowest:.0f} ({ROUNDS} times)")


@contextmanager
def _tray(host: Host, environment: dict[str, str]) -> Iterator[psutil.Process]:
    """A tray whose icon has come; it is quit by its menu."""
    before = len(host.items)
    tray = subprocess.Popen([sys.executable, "-m", "photoseek", "tray", "--wait"], env=environment)
    try:
        while len(host.items) == before:
            assert tray.poll() is None, "it ended"
            time.sleep(0.001)
        yield psutil.Process(tray.pid)
        host.choose_quit()
        tray.wait(30)
    finally:
        tray.kill()
        tray.wait()


@contextmanager
def _doing_nothing() -> Iterator[psutil.Process]:
    nothing = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        process = psutil.Process(nothing.pid)
        until(lambda: process.status() == psutil.STATUS_SLEEPING)
        yield process
    finally:
        nothing.kill()
        nothing.communicate()


def _tell(what: str, process: psutil.Process, goal_mib: int | None = None) -> None:
    facts = process.memory_full_info()
    resident, shared = facts.rss / 2**20, facts.pss / 2**20
    verdict = "" if goal_mib is None else f"   {'reached' if resident <= goal_mib else 'MISSED'}"
    print(f"  {what:38} {resident:6.1f} {shared:6.1f}{verdict}")

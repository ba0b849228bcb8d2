"""The quick-search window: how soon it is there, and how soon it shows photos. Seen from outside, as pixels.

A real daemon with the starter model over real photographs, a window kept ready as beside the tray, on a virtual screen.

Shown: from the call that summons the window until its paper is on the screen. ``photoseek quick``: the same from the
start of that command, Python's own start included. First results: from the last key of a query that was typed (25 ms
from key to key) until the best photo of its answer is on the screen, where another one was before; the model is
warm, no query was asked before.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from PIL import Image
from Xlib.display import Display
from Xlib.X import ZPixmap

from photoseek.paths import find_paths
from photoseek.tray.quick import keep_ready, summon
from photoseek.tray.quick.asking import LIMIT
from photoseek.tray.quick.grid import Measures, lay_out
from photoseek.tray.quick.looks import LIGHT
from photoseek.tray.quick.pictures import cut_tile
from tests.benchmarks.daemon import Daemon, own_folders, running_daemon
from tests.conftest import SHARED
from tests.system.home import until
from tests.system.screen import Screen, difference, missing_packages, shown_screen

SHOWN_GOAL_MS, RESULTS_GOAL_MS = 100, 200
ROUNDS = 12
LONGEST_S = 3.0
FOOT = 36
QUERIES = ("a dog on the beach", "two cats asleep", "a red bus in town", "an old steam train", "snow on the mountains",
           "a plate of food", "a man on a skateboard", "boats in a harbour", "an elephant in the grass",
           "a bathroom with a sink", "a bird on a branch", "a stop sign",
           "people at a table", "a clock on a tower", "horses on a field", "an airplane in the sky")  # fmt: skip


def main() -> None:
    """Measure and print."""
    photos = SHARED / "photos"
    if missing := missing_packages():
        print(f"\nQuick search: needs a screen (on Debian: {' '.join(missing)}); nothing was measured")
        return
    if not photos.is_dir():
        print("\nQuick search: needs shared/photos beside the checkout, or $PHOTOSEEK_SHARED")
        return
    with tempfile.TemporaryDirectory() as folder, shown_screen() as screen:
        home = Path(folder)
        with running_daemon(home, MODEL__NAME="starter") as daemon:
            daemon.take_in(photos)
            daemon.search("warm", 1)
            with patch.dict(os.environ, own_folders(home) | {"DISPLAY": screen.name, "LANG": "C.UTF-8"}), keep_ready():
                _measure(Eye(screen), daemon)


def _measure(eye: "Eye", daemon: Daemon) -> None:
    paths = find_paths()
    until(lambda: summon(paths))
    eye.find_window()

    def by_command() -> None:
        subprocess.run([sys.executable, "-m", "photoseek", "quick"], check=True)

    print("\nQuick search, median and slowest, in milliseconds")
    _tell(
        "shown, when the tray summons it", [_shown_ms(eye, lambda: summon(paths)) for _ in range(ROUNDS)], SHOWN_GOAL_MS
    )
    _tell("shown, by `photoseek quick`", [_shown_ms(eye, by_command) for _ in range(ROUNDS)], SHOWN_GOAL_MS)
    times = [_results_ms(eye, daemon, query) for query in QUERIES]
    _tell("first results after the last key", [time_ms for time_ms in times if time_ms is not None], RESULTS_GOAL_MS)


def _tell(what: str, times_ms: list[float], goal_ms: int) -> None:
    median, slowest = statistics.median(times_ms), max(times_ms)
    verdict = "reached" if slowest <= goal_ms else "MISSED" if median > goal_ms else "reached by the median only"
    print(f"  {what:34} {median:6.0f} {slowest:6.0f}  {len(times_ms):3} times   goal {goal_ms}: {verdict}")


class Eye:
    """Looks at the screen; a part of it takes about a millisecond."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._root = Display(screen.name).screen().root
        self._left = self._bottom = 0

    def find_window(self) -> None:
        """Where the window stands; it always stands there."""
        self._left, _, _, self._bottom = self.screen.box(self.screen.window("photoseek"))

    def see(self, x: int, y: int, width: int, height: int) -> Image.Image:
        """A part of the window's photos."""
        place = (self._left + 1 + x, self._bottom - 1 - FOOT - Measures.at(1).shown_height + y)
        data = self._root.get_image(*place, width, height, ZPixmap, 0xFFFFFFFF).data
        return Image.frombytes("RGB", (width, height), data, "raw", "BGRX")

    @property
    def is_shown(self) -> bool:
        """Whether the window's paper is seen, in its margin, where never a photo lies."""
        return self.see(2, 200, 1, 1).getpixel((0, 0)) == _rgb(LIGHT.paper)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _shown_ms(eye: Eye, call: Callable[[], object]) -> float:
    eye.screen.press("Escape")
    until(lambda: not eye.is_shown)
    began = time.perf_counter()
    call()
    while not eye.is_shown:
        assert time.perf_counter() - began < LONGEST_S, "the window is not shown"
    return (time.perf_counter() - began) * 1000


def _results_ms(eye: Eye, daemon: Daemon, query: str) -> float | None:
    """The daemon is asked what it finds only afterwards: it remembers the last queries.

    None where the best photo was there before the last key, since fewer letters found it too.
    """
    eye.screen.press("ctrl+a")
    eye.screen.xdotool("type", "--delay", "25", query[:-1])
    last_key = query[-1]
    seen: list[tuple[float, Image.Image]] = []
    began = time.perf_counter()
    eye.screen.press(last_key)
    while (now := time.perf_counter() - began) < LONGEST_S / 2:
        picture = eye.see(0, 0, 160, 220)
        if not seen or picture.tobytes() != seen[-1][1].tobytes():
            seen.append((now, picture))
    answer = daemon.search(query, LIMIT)
    good = min(answer["good_matches"], len(answer["photos"]))
    measures = Measures.at(1)
    tile = lay_out(good, len(answer["photos"]) - good, measures).tiles[0]
    wanted = cut_tile(_thumbnail(daemon, answer["photos"][0]["id"]), measures.tile, LIGHT.paper)
    box = (tile.x, tile.y, tile.x + measures.width, tile.y + measures.height)
    times = [at for at, picture in seen if difference(picture.crop(box), wanted) < 5]
    assert times, f"the answer to {query!r} was not seen"
    return None if times[0] == seen[0][0] else times[0] * 1000


def _thumbnail(daemon: Daemon, photo_id: str) -> bytes:
    request = urllib.request.Request(
        f"{daemon.url}/api/v1/photos/{photo_id}/thumbnail?size=256", headers={"Authorization": f"Bearer {daemon.token}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())

"""How long a text search takes while photos are being indexed at full speed, beside the same when nothing else goes on.

With the starter, real weights. Every query is a new one, so none is answered from memory. The governor is told to
go on: slowed down, the indexing would be in the way even less.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

from tests.benchmarks.camera import take_photos
from tests.benchmarks.daemon import Daemon, running_daemon

ROUNDS = 3
SEARCHES = 40
PHOTOS = 160
SIZE = (2000, 1500)
BETWEEN_S = 0.1
"""A person types; and a search that is asked for without a pause would itself be the load."""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        for number in range(ROUNDS + 1):
            take_photos(home / f"photos {number}", PHOTOS, first_seed=1000 * number, size=SIZE)
        with running_daemon(home / "daemon", MODEL__NAME="starter", MODEL__IDLE_S="3600") as daemon:
            daemon.take_in(home / "photos 0")
            queries = (f"a dog on the beach number {number}" for number in count())
            rounds = [_round(daemon, home / f"photos {number}", queries) for number in range(1, ROUNDS + 1)]
    _print(rounds)


def _round(daemon: Daemon, photos: Path, queries: Iterator[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of searches when all is quiet, and of as many at most while the folder is taken in."""
    quiet = [_search_ms(daemon, query) for query in islice(queries, SEARCHES)]
    daemon.ask("/folders", {"path": str(photos)})
    _wait(daemon, lambda status: status["indexing"]["state"] == "indexing" and status["indexing"]["done"] > 0)
    busy = []
    for query in islice(queries, SEARCHES):
        busy.append(_search_ms(daemon, query))
        if daemon.ask("/status")["indexing"]["state"] != "indexing":
            break
    _wait(daemon, lambda status: status["indexing"]["state"] == "idle" and not status["counts"]["waiting"])
    return quiet, busy


def _search_ms(daemon: Daemon, query: str) -> float:
    time.sleep(BETWEEN_S)
    started = time.perf_counter()
    daemon.search(query, 50)
    return (time.perf_counter() - started) * 1000


def _wait(daemon: Daemon, holds: Callable[[Any], bool]) -> None:
    while not holds(daemon.ask("/status")):
        time.sleep(0.02)


def _print(rounds: list[tuple[list[float], list[float]]]) -> None:
    quiet = [one for times, _ in rounds for one in times]
    busy = [one for _, times in rounds for one in times]
    ratios = [statistics.median(b) / statistics.median(a) for a, b in rounds]
    print(f"\nA text search beside indexing (starter, {PHOTOS} photos of 3 megapixels a round; target: at most 2x)")
    print(f"{'':10} {'median':>9} {'90 %':>9}   searches")
    for name, times in (("quiet", quiet), ("indexing", busy)):
        ninety = statistics.quantiles(times, n=10)[-1]
        print(f"{name:10} {statistics.median(times):6.1f} ms {ninety:6.1f} ms   {len(times)}")
    print(f"ratio of the medians {statistics.median(ratios):.2f}x   rounds: {', '.join(f'{r:.2f}x' for r in ratios)}")

"""What a person notices while one model hands over to another: searches that fail or wait, and how long it takes.

From the starter to a CLIP of the shape of B/32 (RANDOM weights: for time, not for ranking) and back. Every query is a
new one, so none is answered from memory; searches are asked from the wish to the moment the other model answers.
"""

import statistics
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

from tests.benchmarks.camera import take_photos
from tests.benchmarks.daemon import Daemon, running_daemon
from tests.benchmarks.random_clip import make_random_clip

PHOTOS = 400
SIZE = (2000, 1500)
SEARCHES = 40
BETWEEN_S = 0.1
"""A person types; and a search that is asked for without a pause would itself be the load."""


@dataclass
class Seen:
    """Searches of one stretch: milliseconds, and which models answered."""

    ms: list[float] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    failed: int = 0


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        take_photos(home / "photos", PHOTOS, first_seed=1, size=SIZE)
        other = make_random_clip(home / "B-32", "B/32")
        with running_daemon(home / "daemon", MODEL__IDLE_S="3600") as daemon:
            daemon.take_in(home / "photos")
            quiet = Seen()
            queries = (f"a dog on the beach number {number}" for number in count())
            for query in islice(queries, SEARCHES):
                _search(daemon, query, quiet)
            stretches = {"quiet": (0.0, quiet)}
            for wanted, what in ((str(other), "to B/32"), ("starter", "and back")):
                stretches[what] = _hand_over(daemon, wanted)
    _print(stretches)


def _hand_over(daemon: Daemon, wanted: str) -> tuple[float, Seen]:
    """Seconds until the wanted model answers, and the searches meanwhile."""
    name, seen = Path(wanted).name, Seen()
    queries = (f"a cat in the kitchen number {number} before {name}" for number in count())
    started = time.perf_counter()
    daemon.ask("/models/use", {"name": wanted})
    while not seen.models or seen.models[-1] != name:
        _search(daemon, next(queries), seen)
    return time.perf_counter() - started, seen


def _search(daemon: Daemon, query: str, seen: Seen) -> None:
    time.sleep(BETWEEN_S)
    started = time.perf_counter()
    try:
        seen.models.append(daemon.search(query, 50)["model"])
    except OSError:
        seen.failed += 1
    seen.ms.append((time.perf_counter() - started) * 1000)


def _print(stretches: dict[str, tuple[float, Seen]]) -> None:
    print(f"\nFrom the starter to a CLIP like B/32 and back ({PHOTOS} photos of 3 megapixels; none shall fail)")
    print(f"{'':10} {'took':>8} {'searches':>9} {'failed':>7} {'median':>10} {'90 %':>10} {'slowest':>10}")
    for what, (seconds, seen) in stretches.items():
        ninety = statistics.quantiles(seen.ms, n=10)[-1] if len(seen.ms) > 1 else seen.ms[0]
        print(
            f"{what:10} {seconds:6.1f} s {len(seen.ms):9} {seen.failed:7} {statistics.median(seen.ms):7.1f} ms "
            f"{ninety:7.1f} ms {max(seen.ms):7.1f} ms"
        )


if __name__ == "__main__":
    main()

"""Memory of the daemon process after indexing 10,000 photos, and what is left when it is idle.

The model is a tiny CLIP with RANDOM weights and vectors as long as ViT-L/14's (768): the daemon holds the vectors,
the model process the model.
"""

import contextlib
import tempfile
import time
from pathlib import Path

import psutil
from PIL import Image

from tests.benchmarks.camera import draw_scene
from tests.benchmarks.daemon import running_daemon
from tests.benchmarks.random_clip import make_random_clip

PHOTOS = 10_000
DIM = 768  # of tiny-768
SMALL = (160, 120)
IDLE_S = 5


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        make_random_clip(home / "model", "tiny-768")
        _draw_photos(home / "photos")
        settings = {"MODEL__NAME": str(home / "model"), "MODEL__IDLE_S": str(IDLE_S)}
        with running_daemon(home / "daemon", **settings) as daemon:
            before = daemon.rss_mib()
            seconds = daemon.take_in(home / "photos")
            after, own = daemon.rss_mib(), daemon.own_mib()
            children = len(daemon.process.children(recursive=True))
            deadline = time.monotonic() + 10 * IDLE_S
            while _workers(daemon.process.children(recursive=True)) and time.monotonic() < deadline:
                time.sleep(0.2)
            left = _workers(daemon.process.children(recursive=True))
            started = time.perf_counter()
            daemon.search("a dog", 10)
            woken = time.perf_counter() - started
    print(f"\nMemory of the daemon process (target: at most 100 MiB after {PHOTOS:,} photos, vectors of {DIM})")
    vectors = PHOTOS * DIM * 2 / 2**20  # half precision
    print(
        f"at start {before:.0f} MiB, after {PHOTOS:,} photos {after:.0f} MiB, {vectors:.0f} of them the vectors,"
        f" {after - own:.0f} shared pages of libraries ({seconds:.0f} s)"
    )
    print(f"children while indexing {children}, {IDLE_S} s idle later {left}; a search then took {woken:.1f} s")


def _draw_photos(folder: Path) -> None:
    """Each another scene: shifted ones would all be compared with each other for their stacks."""
    folder.mkdir()
    for seed in range(PHOTOS):
        Image.fromarray(draw_scene(seed, SMALL)).save(folder / f"IMG_{seed:05}.jpg", quality=90)


def _workers(children: list[psutil.Process]) -> int:
    """Children but for multiprocessing's resource tracker, which is a few MiB and ends with the daemon."""
    left = 0
    for child in children:
        with contextlib.suppress(psutil.Error):  # it has ended meanwhile
            left += "resource_tracker" not in " ".join(child.cmdline())
    return left

"""Walk and comparison of 100,000 unchanged files, beside the bare loop of ``os.scandir`` and ``stat`` in the same run.

The bare loop keeps size and time by path and does nothing else: no names judged, nothing left out, nothing compared.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from photoseek.scanning import compare, walk

FILES = 100_000
FOLDERS = 200
ROUNDS = 7


def main() -> None:
    """Print one line."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home:
        root = os.fsencode(home)
        _fill(Path(home))
        known = walk(root).files
        rounds = [(_time(lambda: _bare(root)), _time(lambda: compare(walk(root), known))) for _ in range(ROUNDS)]
        assert len(known) == len(_bare(root)) == FILES
        assert not compare(walk(root), known)
    bare, ours = (statistics.median(one) for one in zip(*rounds, strict=True))
    best = min(one[1] for one in rounds)
    ratio = statistics.median(ours / bare for bare, ours in rounds)
    print(f"\nScan of {FILES:,} unchanged files in {FOLDERS} folders (medians of {ROUNDS} rounds, warm)")
    print(f"bare scandir+stat {bare:.2f} s   walk and compare {ours:.2f} s (best {best:.2f} s)   ratio {ratio:.2f}")


def _fill(root: Path) -> None:
    for number in range(FOLDERS):
        folder = root / f"{number // 20}" / f"album {number}"
        folder.mkdir(parents=True)
        for file in range(FILES // FOLDERS):
            (folder / f"IMG_{file:05}.JPG").touch()


def _bare(root: bytes) -> dict[bytes, tuple[int, int]]:
    found = {}
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    facts = entry.stat()
                    found[entry.path] = facts.st_size, facts.st_mtime_ns
    return found


def _time(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()

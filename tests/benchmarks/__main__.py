"""``make bench``: every figure that photoseek claims, measured here and now. Name some to run only those."""

import compileall
import sys
import time
from pathlib import Path

import photoseek
from tests.benchmarks import (
    filtering,
    freshness,
    fusion,
    handover,
    health,
    machine,
    memory,
    neighbour,
    page,
    quick,
    rebuild,
    recall,
    relevance,
    scan,
    speed,
    stacks,
    start,
    templates,
    tray,
)

BENCHMARKS = {
    "speed": speed.main,
    "recall": recall.main,
    "relevance": relevance.main,
    "fusion": fusion.main,
    "stacks": stacks.main,
    "templates": templates.main,
    "memory": memory.main,
    "neighbour": neighbour.main,
    "handover": handover.main,
    "scan": scan.main,
    "rebuild": rebuild.main,
    "freshness": freshness.main,
    "health": health.main,
    "filtering": filtering.main,
    "page": page.main,
    "quick": quick.main,
    "tray": tray.main,
    "start": start.main,
}


def main(names: list[str]) -> int:
    """Run the benchmarks of these names, or all."""
    unknown = set(names) - BENCHMARKS.keys()
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    # As after an installation: a checkout may be compiled at each start, which makes that a quarter longer.
    compileall.compile_dir(Path(photoseek.__file__).parent, quiet=1)
    print(machine.describe(), flush=True)
    for name in names or BENCHMARKS:
        started = time.monotonic()
        BENCHMARKS[name]()
        print(f"({name}: {time.monotonic() - started:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``make bench``: every figure that photoseek claims, measured here and now. Name some to run only those."""

import sys

from tests.benchmarks import freshness, health, memory, neighbour, rebuild, recall, scan, speed

BENCHMARKS = {
    "speed": speed.main,
    "recall": recall.main,
    "memory": memory.main,
    "neighbour": neighbour.main,
    "scan": scan.main,
    "rebuild": rebuild.main,
    "freshness": freshness.main,
    "health": health.main,
}


def main(names: list[str]) -> int:
    """Run the benchmarks of these names, or all."""
    unknown = set(names) - BENCHMARKS.keys()
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Images a second: the naive loop and the real daemon, side by side, over the same 12-megapixel JPEGs.

The models are CLIP ViT-B/32 and ViT-L/14 in their real shape with RANDOM weights: good for time, not for meaning.
"""

import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.random_clip import make_random_clip

from tests.benchmarks.camera import take_photos
from tests.benchmarks.daemon import running_daemon

ROUNDS = 3


@dataclass(frozen=True)
class Case:
    """How many pictures each side gets in one round."""

    shape: str
    naive: int
    ours: int


CASES = (Case("B/32", 16, 96), Case("L/14", 5, 24))


def main() -> None:
    """Print the table."""
    print("\nIndexing 12-megapixel JPEGs, images a second (median of rounds; RANDOM weights of the real shape)")
    print(f"{'model':8} {'naive loop':>12} {'photoseek':>12} {'ratio':>8}   rounds")
    for case in CASES:
        naive, ours = _measure(case)
        ratios = [b / a for a, b in zip(naive, ours, strict=True)]
        print(
            f"{case.shape:8} {statistics.median(naive):12.2f} {statistics.median(ours):12.2f} "
            f"{statistics.median(ratios):7.1f}x   {', '.join(f'{ratio:.1f}x' for ratio in ratios)}",
            flush=True,
        )


def _measure(case: Case) -> tuple[list[float], list[float]]:
    """Rounds of both, in turn, so that a noisy machine is noisy to both."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        model = home / "model"
        make_random_clip(model, case.shape)
        take_photos(home / "naive", case.naive + 1)
        take_photos(home / "warm", 4, first_seed=10_000)
        for number in range(ROUNDS):
            take_photos(home / f"ours {number}", case.ours, first_seed=1000 * (number + 1))
        naive, ours = [], []
        with running_daemon(home / "daemon", MODEL__NAME=str(model), MODEL__IDLE_S="3600") as daemon:
            daemon.take_in(home / "warm")
            for number in range(ROUNDS):
                naive.append(_naive(model, home / "naive"))
                ours.append(case.ours / daemon.take_in(home / f"ours {number}"))
        return naive, ours


def _naive(model: Path, pictures: Path) -> float:
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.naive", str(model), str(pictures)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])

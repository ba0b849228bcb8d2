"""Images a second: the naive loop and the real daemon, side by side, over the same kind of 12-megapixel JPEGs.

The models are CLIP ViT-B/32 and ViT-L/14 in their real shape with RANDOM weights: good for time, not for meaning.

Beside them stands what the machine can do: decoding alone and the model alone, each with all processors. Both want
the same processors, so together they can't exceed 1 / (1 / decode + 1 / model) images a second. The naive loop works on
one processor at a time, so the ratio also hangs on how much more two do than one: 2.0 times where each is a core of its
own, hardly more than once where two are threads of one core, as rented machines have them.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import torch

from photoseek.domain import FileStamp, PixelSpec
from photoseek.embedding import Embedder
from photoseek.embedding.precision import Finding, packing_pays, seconds
from photoseek.pictures import PicturePool
from photoseek.settings import ModelSettings
from tests.benchmarks.camera import take_photos
from tests.benchmarks.daemon import running_daemon
from tests.benchmarks.random_clip import Shape, make_random_clip

ROUNDS = 3


@dataclass(frozen=True)
class Case:
    """How many pictures each side gets in one round, and the ratio that is wanted in either number format."""

    shape: Shape
    naive: int
    ours: int
    goals: Mapping[str, str]


@dataclass(frozen=True)
class Round:
    """Images a second, measured one after the other within a minute or two."""

    naive: float
    ours: float
    limit: float
    two_workers: float  # how many times as much they decode as one


CASES = (
    Case("B/32", 12, 192, {"bfloat16": "10.0x", "float32": "5.5x"}),
    Case("L/14", 4, 40, {"bfloat16": "4.5x"}),
)


def main() -> None:
    """Print the table."""
    print(
        f"\nIndexing 12-megapixel JPEGs, images a second (medians of {ROUNDS} rounds; RANDOM weights of the real shape)"
    )
    print("The model's number format is the one that photoseek's own test on this machine chose; limit: what decode")
    print("alone and model alone, each with all processors, would reach together; two: how many times as much two")
    print("decode workers do on it as one.")
    print(
        f"{'model':6} {'format':9} {'naive loop':>10} {'photoseek':>10} {'ratio':>7} {'goal':>7} {'limit':>7}"
        f" {'of limit':>9} {'two':>5}   each round"
    )
    for case in CASES:
        chosen = report(case)
        if chosen == "bfloat16" and "float32" in case.goals:
            report(case, in_float32=True)


def report(case: Case, *, in_float32: bool = False) -> str:
    """Measure a case and print its line; returns the model's number format.

    Args:
        in_float32: As it would be on a machine without units for bfloat16, whatever the test on this one said.
    """
    rounds, number_format = _measure(case, in_float32=in_float32)
    naive, ours, limit, two = (
        statistics.median(getattr(r, what) for r in rounds) for what in ("naive", "ours", "limit", "two_workers")
    )
    ratios = [r.ours / r.naive for r in rounds]
    share = statistics.median(r.ours / r.limit for r in rounds)
    print(
        f"{case.shape:6} {number_format:9} {naive:10.2f} {ours:10.2f} {statistics.median(ratios):6.1f}x"
        f" {case.goals.get(number_format, '-'):>7} {limit:7.2f} {share:9.0%} {two:4.1f}x"
        f"   {', '.join(f'{r:.1f}x' for r in ratios)}",
        flush=True,
    )
    return number_format


def _measure(case: Case, *, in_float32: bool) -> tuple[list[Round], str]:
    """Rounds of all, in turn, so that a noisy machine is noisy to each; and the number format of the model."""
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        model = home / "model"
        make_random_clip(model, case.shape)
        take_photos(home / "naive", case.naive + 1)
        take_photos(home / "warm", 4, first_seed=10_000)
        rounds = []
        settings = {"MODEL__NAME": str(model), "MODEL__IDLE_S": "3600"}
        if in_float32:
            with running_daemon(home / "before", **settings) as daemon:
                daemon.search("a dog", 1)
            _say_float32(_findings(home / "before"), _findings(home / "daemon"))
        with running_daemon(home / "daemon", **settings) as daemon:
            daemon.take_in(home / "warm")
            for number in range(ROUNDS):
                pictures = home / f"ours {number}"
                take_photos(pictures, case.ours, first_seed=1000 * (number + 1))
                naive = _naive(model, home / "naive")
                ours = case.ours / daemon.take_in(pictures)
                limit = home / f"limit {number}"
                if in_float32:
                    _say_float32(_findings(home / "before"), _findings(limit))
                rounds.append(Round(naive, ours, *asyncio.run(_limit(model, pictures, limit))))
        return rounds, _number_format(_findings(home / "daemon"))


def _findings(daemon: Path) -> Path:
    """Where the daemon keeps what it found out of number formats (``embedding.precision``)."""
    return daemon / "cache" / "models"


def _number_format(findings: Path) -> str:
    kept = [json.loads(path.read_bytes()) for path in findings.glob("precision-*.json")]
    assert len(kept) == 1, kept
    return "bfloat16" if kept[0]["bfloat16"] else "float32"


def _say_float32(found: Path, findings: Path) -> None:
    findings.mkdir(parents=True)
    for path in found.glob("precision-*.json"):
        finding = Finding(bfloat16=False, packed=_packing_pays_in_float32())
        (findings / path.name).write_bytes(msgspec.json.encode(finding))


@cache
def _packing_pays_in_float32() -> bool:
    return packing_pays(torch.float32, seconds)


def _naive(model: Path, pictures: Path) -> float:
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.naive", str(model), str(pictures)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


async def _limit(model: Path, pictures: Path, home: Path) -> tuple[float, float]:
    """What decode and model would reach together, each alone as fast as it can be; and what a second worker adds."""
    async with Embedder(ModelSettings(name=str(model)), _findings(home)) as embedder:
        identity = await embedder.identify()
        batch = np.zeros((identity.batch, identity.pixels.crop_height, identity.pixels.crop_width, 3), np.uint8)
        await embedder.embed_pixels(batch)
        begun = time.perf_counter()
        await asyncio.gather(*(embedder.embed_pixels(batch) for _ in range(3)))
        model_s = (time.perf_counter() - begun) / (3 * identity.batch)
    paths = sorted(pictures.iterdir())
    one_s = await _decode_s(paths[: len(paths) // 2], home / "one", identity.pixels, workers=1)
    two_s = await _decode_s(paths, home / "two", identity.pixels, workers=2)
    return 1 / (two_s + model_s), one_s / two_s


async def _decode_s(paths: Sequence[Path], home: Path, pixels: PixelSpec, workers: int) -> float:
    """Seconds a picture."""
    async with PicturePool(
        home / "thumbs", home / "places", workers=workers, max_megapixels=200, timeout_s=60, idle_s=60
    ) as pool:
        reads = [(bytes(path), FileStamp(path.stat().st_size, path.stat().st_mtime_ns)) for path in paths]
        await asyncio.gather(*(pool.read(path, stamp, pixels=pixels) for path, stamp in reads[:4]))
        begun = time.perf_counter()
        await asyncio.gather(*(pool.read(path, stamp, pixels=pixels) for path, stamp in reads[4:]))
        return (time.perf_counter() - begun) / len(reads[4:])

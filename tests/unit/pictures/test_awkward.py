"""All awkward files through one pool, giants too: each ends as a picture or as a reason, within 1 GiB."""

import asyncio
import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from photoseek.domain import PixelSpec
from photoseek.errors import PictureError
from photoseek.pictures import PicturePool
from photoseek.pictures.memory import LIMIT_BYTES
from tests.unit.pictures.conftest import stamp_of, until, workers_of

# Where our rules are others than those of the manifest, which says what plain Pillow did.
TAKEN_ANYWAY = {"giant-image.jpg"}  # 280 megapixels: over Pillow's limit, and small at an eighth
REFUSED_ANYWAY = {"relax.jp2"}  # JPEG 2000 is none of our formats


def peak_bytes(worker: psutil.Process) -> int:
    """The most that a process has had resident (VmHWM, proc(5))."""
    lines = Path(f"/proc/{worker.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


async def outcome(pool: PicturePool, path: Path, spec: PixelSpec) -> str | None:
    """None for a picture, the reason for a problem."""
    try:
        reading = await pool.read(os.fsencode(path), stamp_of(path), pixels=spec)
    except PictureError as error:
        return error.message
    assert reading.picture is not None
    assert reading.picture.pixels.shape == (224, 224, 3)
    assert pool.thumbnail_path(reading.md5, 256).stat().st_size > 0
    return None


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak memory from /proc")
async def test_all_awkward_files_end_as_a_picture_or_a_reason(
    shared_awkward: Path, tmp_path: Path, clip_224: PixelSpec
) -> None:
    manifest = json.loads((shared_awkward / "MANIFEST.json").read_text("utf-8"))["files"]
    assert len(manifest) == 74
    async with PicturePool(
        tmp_path, tmp_path / "places", workers=2, max_megapixels=200, timeout_s=60, idle_s=60
    ) as pool:
        outcomes = await asyncio.gather(*(outcome(pool, shared_awkward / name, clip_224) for name in manifest))
        assert len(workers_of()) == 2
        assert max(peak_bytes(worker) for worker in workers_of()) < LIMIT_BYTES
    for (name, said), reason in zip(manifest.items(), outcomes, strict=True):
        assert (reason is None) == ((said["decodes"] or name in TAKEN_ANYWAY) and name not in REFUSED_ANYWAY), name
        assert reason is None or (reason.endswith(".") and "/" not in reason and name not in reason), name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("zero_bytes.jpg", "empty"),
        ("half.jpg", "truncated"),
        ("truncated.png", "truncated"),
        ("only_header.jpg", "truncated"),
        ("text_named.jpg", "Not a picture"),
        ("relax.jp2", "Not a picture"),
        ("cielab-dagams.tiff", "of a kind"),
        ("bomb_1bit_20000x20000.png", "400 megapixels"),
        ("65536-uint32-limit.png", "4,295 megapixels"),
    ],
)
async def test_the_reason_fits_the_file(
    name: str, reason: str, shared_awkward: Path, tmp_path: Path, clip_224: PixelSpec, awkward_pool: PicturePool
) -> None:
    assert reason in (await outcome(awkward_pool, shared_awkward / name, clip_224) or "")


def giant(path: Path, mode: str, width: int, height: int, **options: Any) -> Path:
    Image.new(mode, (width, height), (200, 90, 40) if mode == "RGB" else 1).save(path, **options)
    return path


def claim(path: Path, mode: str, width: int, height: int, **options: Any) -> Path:
    """A small picture whose header says that it is a giant: for what is refused by the header alone."""
    Image.new(mode, (8, 8)).save(path, **options)
    data = bytearray(path.read_bytes())
    if path.suffix == ".jpg":
        sides = data.index(b"\xff\xc2") + 5  # the frame header of a progressive JPEG (T.81, B.2.2)
        data[sides : sides + 4] = struct.pack(">HH", height, width)
    else:
        header = data.index(b"IHDR")  # PNG, 11.2.2
        data[header + 4 : header + 12] = struct.pack(">II", width, height)
        data[header + 17 : header + 21] = struct.pack(">I", zlib.crc32(data[header : header + 17]))
    path.write_bytes(data)
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak memory from /proc")
async def test_giants_stay_within_a_gibibyte(tmp_path: Path, clip_224: PixelSpec) -> None:
    """A 200-megapixel JPEG is taken, whatever the cap; what can't be had small is taken only where it fits."""
    jpeg = giant(tmp_path / "camera.jpg", "RGB", 17_300, 11_600)
    progressive = claim(tmp_path / "progressive.jpg", "RGB", 13_500, 12_000, progressive=True, subsampling=0)
    png = claim(tmp_path / "scan.png", "L", 14_000, 14_000)
    large = giant(tmp_path / "large.png", "1", 12_000, 12_000)
    clear = giant(tmp_path / "clear.png", "1", 12_000, 12_000, transparency=1)  # fits, until it is laid on white
    async with PicturePool(
        tmp_path, tmp_path / "places", workers=1, max_megapixels=150, timeout_s=60, idle_s=60
    ) as pool:
        assert await outcome(pool, jpeg, clip_224) is None
        assert await outcome(pool, progressive, clip_224) == "The picture needs more than 1 GiB of memory."
        assert "196 megapixels" in (await outcome(pool, png, clip_224) or "")
        assert await outcome(pool, large, clip_224) is None
        assert await outcome(pool, clear, clip_224) == "The picture needs more than 1 GiB of memory."
        assert await outcome(pool, jpeg, clip_224) is None
        await until(lambda: len(workers_of()) == 1)
        assert peak_bytes(workers_of()[0]) < LIMIT_BYTES

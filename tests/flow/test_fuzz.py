"""Thousands of broken pictures: each becomes a photo or a problem, and nothing stops."""

import json
import random
from pathlib import Path

import pytest

from photoseek.settings import IndexingSettings, Settings
from tests.flow.house import open_house

MUTANTS = 2000
LARGEST_BYTES = 150_000
SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".avif"}


def mutate(data: bytes, choose: random.Random) -> bytes:
    """A damaged copy: flipped bits, a hole, a cut, something foreign, or a piece that stands elsewhere."""
    damaged = bytearray(data)
    place = choose.randrange(len(damaged))
    length = choose.choice((1, 4, 64, 1024))
    match choose.randrange(6):
        case 0:
            for _ in range(choose.choice((1, 8, 64))):
                damaged[choose.randrange(len(damaged))] ^= 1 << choose.randrange(8)
        case 1:
            damaged[place : place + length] = bytes(len(damaged[place : place + length]))
        case 2:
            del damaged[place:]
        case 3:
            damaged[place:place] = choose.randbytes(length)
        case 4:  # in the head, where sizes and counts stand
            damaged[choose.randrange(min(64, len(damaged)))] = choose.randrange(256)
        case _:
            piece = damaged[place : place + length]
            del damaged[place : place + length]
            target = choose.randrange(len(damaged) + 1)
            damaged[target:target] = piece
    return bytes(damaged)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_two_thousand_mutated_pictures_end_as_photos_or_problems(
    tmp_path: Path, shared_awkward: Path, shared_photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.flow.house.PATIENCE_S", 500)
    manifest = json.loads((shared_awkward / "MANIFEST.json").read_text("utf-8"))["files"]
    sources = sorted(shared_awkward / name for name in manifest) + sorted(shared_photos.glob("*.jpg"))[:40]
    sources = [path for path in sources if path.suffix.lower() in SUFFIXES and 0 < path.stat().st_size <= LARGEST_BYTES]
    choose = random.Random(2026)
    folder = tmp_path / "mutants"
    folder.mkdir()
    for number in range(MUTANTS):
        source = choose.choice(sources)
        (folder / f"{number:04}{source.suffix}").write_bytes(mutate(source.read_bytes(), choose))
    settings = Settings(indexing=IndexingSettings(picture_timeout_s=20))
    async with open_house(tmp_path / "home", settings=settings) as house:
        counts = await house.add(folder)
        assert counts.photos + counts.problems == MUTANTS
        assert min(counts.photos, counts.problems) > MUTANTS / 20
        assert all(problem.reason for problem in await house.library.problems(MUTANTS))
        assert await house.catalogue.check() == []

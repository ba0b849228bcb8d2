"""A photo is its content: wherever its files go, nothing is embedded again."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from photoseek.domain import FolderState, Status
from photoseek.library import upkeep
from tests.flow.house import FakeEmbedder, House, open_house
from tests.flow.scenes import draw

RENAMES, CASE_ONLY = 1000, 20


async def _file_names(house: House) -> set[str]:
    return {Path(os.fsdecode(file.path)).name for file, _, _ in await house.library.files_page(5000)}


async def _wait_for_names(house: House, names: set[str]) -> None:
    found: set[str] = set()

    async def look() -> bool:
        found.clear()
        found.update(await _file_names(house))
        return found == names

    await house.wait_until(lambda status: status.counts.photos == len(names))
    while not await look():
        await house.settle()


def _embedded(house: House) -> int:
    assert isinstance(house.embedder, FakeEmbedder)
    return house.embedder.embedded


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_thousand_renames_twenty_of_case_alone_and_a_moved_tree_embed_nothing(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    for number in range(RENAMES):
        folder = root / f"{number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (number % 256, number // 256 * 60, 7)).save(folder / f"{number}.png")
    async with open_house(tmp_path / "home") as house:
        counts = await house.add(root)
        assert (counts.photos, _embedded(house)) == (RENAMES, RENAMES)
        for number in range(RENAMES):
            (root / f"{number % 10}" / f"{number}.png").rename(root / f"{number % 10}" / f"new {number}.png")
        await _wait_for_names(house, {f"new {number}.png" for number in range(RENAMES)})
        for number in range(CASE_ONLY):
            (root / f"{number % 10}" / f"new {number}.png").rename(root / f"{number % 10}" / f"NEW {number}.PNG")
        (root / "9").rename(root / "moved")
        names = {f"NEW {number}.PNG" for number in range(CASE_ONLY)}
        names |= {f"new {number}.png" for number in range(CASE_ONLY, RENAMES)}
        await _wait_for_names(house, names)
        counts = await house.settle()
        assert (counts.photos, counts.contents, counts.vectors) == (RENAMES, RENAMES, RENAMES)
        assert _embedded(house) == RENAMES
        assert await house.catalogue.check() == []


async def test_what_is_moved_deleted_and_restored_while_nothing_runs_is_embedded_once(tmp_path: Path) -> None:
    root, aside = tmp_path / "photos", tmp_path / "aside.png"
    (root / "old").mkdir(parents=True)
    for seed in range(9):
        draw(root / "old" / f"{seed}.png", seed)
    async with open_house(tmp_path / "home") as house:
        assert (await house.add(root)).vectors == 9
    (root / "old").rename(root / "new")
    (root / "new" / "1.png").rename(root / "new" / "1.PNG")
    (root / "new" / "0.png").rename(aside)
    async with open_house(tmp_path / "home") as house:
        assert (await house.settle()).photos == 8
        assert await _file_names(house) == {"1.PNG"} | {f"{seed}.png" for seed in range(2, 9)}
        assert _embedded(house) == 0
    aside.rename(root / "restored.png")
    async with open_house(tmp_path / "home") as house:
        counts = await house.settle()
        assert (counts.photos, counts.vectors, _embedded(house)) == (9, 9, 0)
        assert await house.catalogue.check() == []


@pytest.fixture
def mount_point(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A disk with photos, and the place where it is mounted (by a bind mount: its content outlives an unmount)."""
    disk, place = tmp_path / "disk", tmp_path / "media"
    disk.mkdir()
    place.mkdir()
    for seed in range(6):
        draw(disk / f"{seed}.jpg", seed)
    try:
        _mount(disk, place)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root can mount a disk, and not everywhere")
    yield disk, place
    with contextlib.suppress(subprocess.CalledProcessError):
        _unmount(place)


def _mount(disk: Path, place: Path) -> None:
    subprocess.run(["mount", "--bind", str(disk), str(place)], check=True, capture_output=True)


def _unmount(place: Path) -> None:
    """At once, also while somebody looks at what is there."""
    subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)


async def test_a_disk_that_is_unmounted_and_mounted_again_deletes_and_embeds_nothing(
    tmp_path: Path, mount_point: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_S", 0.1)
    disk, place = mount_point

    def is_offline(status: Status) -> bool:
        return status.folders[0].folder.state is FolderState.OFFLINE

    async with open_house(tmp_path / "home") as house:
        counts = await house.add(place)
        _unmount(place)
        await house.wait_until(is_offline)
        assert await house.settle() == counts
        hits = (await house.search("dog")).hits
        assert [file.online for hit in hits for file in hit.photo.files] == [False] * 6
        _mount(disk, place)
        await house.wait_until(lambda status: not is_offline(status))
        assert await house.settle() == counts
        hits = (await house.search("dog")).hits
        assert [file.online for hit in hits for file in hit.photo.files] == [True] * 6
        assert _embedded(house) == 6


async def test_another_disk_at_the_same_place_keeps_the_photos_of_the_first(
    tmp_path: Path, mount_point: tuple[Path, Path]
) -> None:
    disk, place = mount_point
    other = tmp_path / "other disk"
    other.mkdir()
    draw(other / "other.jpg", 50)
    async with open_house(tmp_path / "home") as house:
        await house.add(place)
        _unmount(place)
        _mount(other, place)
        counts = await house.rescan()
        assert counts.photos == 7
        online = {Path(os.fsdecode(file.path)).name: there for file, _, there in await house.library.files_page(10)}
        assert online == {f"{seed}.jpg": False for seed in range(6)} | {"other.jpg": True}
        _unmount(place)
        _mount(disk, place)
        await house.rescan()
        assert "other.jpg" not in {name for name, there in online.items() if not there}
        assert sum(there for _, _, there in await house.library.files_page(10)) == 6
        assert _embedded(house) == 7

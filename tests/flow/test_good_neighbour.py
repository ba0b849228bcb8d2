"""The indexing gives way to the person, and says so; the pictures still come in."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from photoseek.library import Surroundings, governor
from photoseek.settings import GovernorSettings, Settings
from tests.flow.house import FakeEmbedder, open_house
from tests.flow.scenes import draw

PICTURES = 12


@dataclass
class Laptop:
    """Its surroundings are what a test says."""

    seen: Surroundings

    def look(self) -> Surroundings:
        return self.seen


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PICTURES):
        draw(folder / f"{seed}.png", seed)
    return folder


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(governor, "LOOK_S", 0.01)


async def test_on_battery_pictures_come_in_one_by_one(tmp_path: Path, photos: Path) -> None:
    embedder = FakeEmbedder()
    battery = Laptop(Surroundings(on_battery=True, charge_percent=70))
    async with open_house(tmp_path / "home", embedder=embedder, lookout=battery) as house:
        await house.library.add_folder(str(photos))
        await house.wait_until(lambda status: status.progress.note == "slowed: on battery")
        counts = await house.settle()
    assert counts.vectors == PICTURES
    assert embedder.batches == [1] * PICTURES


async def test_beside_busy_programs_pictures_still_come_in(tmp_path: Path, photos: Path) -> None:
    settings = Settings(governor=GovernorSettings(busy_after_s=0))
    busy = Laptop(Surroundings(others_percent=100))
    async with open_house(tmp_path / "home", settings=settings, lookout=busy) as house:
        await house.library.add_folder(str(photos))
        await house.wait_until(lambda status: status.progress.note == "slowed: other programs are busy")
        assert (await house.settle()).vectors == PICTURES


async def test_told_to_wait_it_says_so_and_goes_on_when_the_power_is_back(tmp_path: Path, photos: Path) -> None:
    settings = Settings(governor=GovernorSettings(on_battery="wait"))
    laptop = Laptop(Surroundings(on_battery=True))
    async with open_house(tmp_path / "home", settings=settings, lookout=laptop) as house:
        await house.library.add_folder(str(photos))
        await house.wait_until(lambda status: status.progress.note == "waits: on battery")
        assert (await house.library.status()).counts.vectors == 0
        laptop.seen = Surroundings()
        assert (await house.settle()).vectors == PICTURES
        assert (await house.library.status()).progress.note == ""


async def test_waiting_can_be_paused_and_stopped(tmp_path: Path, photos: Path) -> None:
    settings = Settings(governor=GovernorSettings(on_battery="wait"))
    async with open_house(tmp_path / "home", settings=settings, lookout=Laptop(Surroundings(on_battery=True))) as house:
        await house.library.add_folder(str(photos))
        await house.wait_until(lambda status: status.progress.note == "waits: on battery")
        await house.library.pause()
        assert (await house.library.status()).progress.state == "paused"
        await house.library.resume()
        await house.wait_until(lambda status: status.progress.note == "waits: on battery")

"""When a photo was taken, from real files to filters and lists: by what it says, or by its file."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from tests.flow.house import House, open_house

ORIGINAL, EXIF, OFFSET = 0x9003, 0x8769, 0x9011


def put(path: Path, seed: int, filed: str, said: str = "", offset: str = "") -> None:
    """A picture with the time of its file, and with what it says itself; both local."""
    exif = Image.Exif()
    if said:
        exif.get_ifd(EXIF).update({ORIGINAL: said, OFFSET: offset})
    Image.effect_noise((64, 48), 20 + seed).convert("RGB").save(path, exif=exif)
    moment = datetime.fromisoformat(filed).timestamp()
    os.utime(path, (moment, moment))


async def listed(house: House, query: str) -> list[tuple[str, str, str]]:
    return [
        (Path(os.fsdecode(hit.photo.files[0].path)).name, str(hit.photo.taken_at), hit.photo.taken_from)
        for hit in (await house.search(query)).hits
    ]


async def test_each_photo_has_a_date_it_is_said_whose_and_filters_go_by_it(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    put(photos / "says.jpg", 1, "2020-01-01T12:00:00", "2019:12:31 23:30:00", "-08:00")
    put(photos / "silent.png", 2, "2019-06-01T12:00:00")
    put(photos / "broken.jpg", 3, "2021-06-01T12:00:00", "0000:00:00 00:00:00")
    put(photos / "ahead.jpg", 4, "2022-06-01T12:00:00", "2999:01:01 00:00:00")
    shutil.copy2(photos / "silent.png", photos / "copy.png")
    os.utime(photos / "copy.png", (0, 0))
    async with open_house(tmp_path) as house:
        await house.add(photos)
        epoch = str(datetime.fromtimestamp(0))  # noqa: DTZ006 - local
        ahead, broken = ("ahead.jpg", "2022-06-01 12:00:00", "file"), ("broken.jpg", "2021-06-01 12:00:00", "file")
        says, silent = ("says.jpg", "2019-12-31 23:30:00-08:00", "exif"), (epoch, "file")
        whole = await listed(house, "type:jpg type:png")
        assert whole[:3] == [ahead, broken, says]
        assert whole[3][1:] == silent
        assert await listed(house, "before:2020 after:2019") == [says]
        assert await listed(house, "after:2020") == [ahead, broken]
        assert [row[1:] for row in await listed(house, "name:copy")] == [silent]


async def test_a_file_of_a_year_that_64_bits_do_not_reach_is_a_photo_like_any_other(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed, year in enumerate((2300, 1)):
        put(photos / f"{year}.png", seed, "2020-01-01T12:00:00")
        seconds = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
        os.utime(photos / f"{year}.png", (seconds, seconds))
    async with open_house(tmp_path) as house:
        counts = await house.add(photos)
        assert (counts.photos, counts.vectors) == (2, 2)
        assert await house.rescan() == counts

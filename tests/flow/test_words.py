"""Photos are found by what they are called, from the files on the disk to the answer; only the model is a stand-in."""

import sqlite3
from contextlib import closing
from pathlib import Path

from PIL import Image

from photoseek.domain import ContentId
from photoseek.library.rereading import Rereading
from tests.flow.house import FakeEmbedder, House, open_house

LISBON: dict[int, object] = {1: "N", 2: (38.0, 42.0, 50.0), 3: "W", 4: (9.0, 8.0, 22.0)}


def draw(path: Path, colour: str, *, said: str = "", gps: dict[int, object] | None = None) -> None:
    """A photo of one colour that says something of itself."""
    exif = Image.Exif()
    if said:
        exif[0x010E] = said.encode()
    if gps:
        exif[0x8825] = gps
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), colour).save(path, exif=exif)


async def called(house: House, query: str) -> tuple[str, str] | None:
    """The one photo that is called so, and why it is said to be; it is good."""
    answer = await house.search(query)
    named = [place for place, hit in enumerate(answer.hits) if hit.why != ("picture",)]
    if not named:
        return None
    [place] = named
    assert place < answer.good_matches
    hit = answer.hits[place]
    return hit.photo.files[0].path.decode().rpartition("/")[2], hit.why[-1]


async def test_photos_are_found_by_all_that_names_them_through_renames_and_restarts(tmp_path: Path) -> None:
    photos = tmp_path / "Bilder"
    for number, colour in enumerate(("red", "green", "blue", "yellow", "white", "black", "orange", "purple", "cyan")):
        draw(photos / f"x{number}.jpg", colour)
    draw(photos / "2019" / "IMG_2041.jpg", "navy")
    draw(photos / "Oma Geburtstag" / "1.jpg", "olive")
    draw(photos / "2.jpg", "maroon", gps=LISBON)
    draw(photos / "3.jpg", "teal", said="Kuchen für alle")
    embedder = FakeEmbedder()
    async with open_house(tmp_path / "own", embedder=embedder) as house:
        await house.add(photos)
        assert await called(house, "IMG_2041") == ("IMG_2041.jpg", "name")
        assert await called(house, "oma geburtstag") == ("1.jpg", "name")
        assert await called(house, "Lisboa") == ("2.jpg", "place")
        assert await called(house, "Portugal") == ("2.jpg", "place")
        assert await called(house, "kuchen") == ("3.jpg", "text")
        (photos / "2019" / "IMG_2041.jpg").rename(photos / "2019" / "Katze.jpg")
        await house.rescan()
        assert await called(house, "katze") == ("Katze.jpg", "name")
        assert await called(house, "IMG_2041") is None
        (photos / "2.jpg").unlink()
        await house.rescan()
        assert await called(house, "Lisboa") is None
    embedded = embedder.embedded
    async with open_house(tmp_path / "own", embedder=embedder) as house:
        await house.settle()
        assert await called(house, "kuchen") == ("3.jpg", "text")
        assert embedder.embedded == embedded


async def test_what_an_older_photoseek_did_not_read_is_read_in_the_background(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    draw(photos / "1.jpg", "olive", said="Kuchen für alle", gps=LISBON)
    draw(photos / "2.png", "red")
    embedder = FakeEmbedder()
    async with open_house(tmp_path / "own", embedder=embedder) as house:
        await house.add(photos)
    embedded = embedder.embedded
    with closing(sqlite3.connect(house.paths.catalogue)) as catalogue, catalogue:
        catalogue.execute("DELETE FROM descriptions")
        catalogue.execute("UPDATE words SET text = '', place = ''")
    async with open_house(tmp_path / "own", embedder=embedder) as house:
        await house.wait_until(lambda status: status.progress.state == "idle")
        while await house.catalogue.undescribed(1, ContentId(0)):
            await house.settle()
        assert await called(house, "kuchen") == ("1.jpg", "text")
        assert await called(house, "Lisboa") == ("1.jpg", "place")
        assert embedder.embedded == embedded
        assert await house.catalogue.check() == []


async def test_a_photo_whose_file_is_away_is_read_later(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    draw(photos / "1.jpg", "olive", said="Kuchen für alle")
    async with open_house(tmp_path / "own") as house:
        await house.add(photos)
        rereader: Rereading = house.library._rereading
        assert await rereader.make_up() == 0
        with closing(sqlite3.connect(house.paths.catalogue)) as catalogue, catalogue:
            catalogue.execute("UPDATE descriptions SET reading = 0, caption = ''")
        (photos / "1.jpg").rename(tmp_path / "away.jpg")
        assert await rereader.make_up() == 0
        (tmp_path / "away.jpg").rename(photos / "1.jpg")
        await house.rescan()
        assert await rereader.make_up() == 1
        photo = (await house.search("kuchen")).hits[0].photo
        assert photo.facts.description.caption == "Kuchen für alle"

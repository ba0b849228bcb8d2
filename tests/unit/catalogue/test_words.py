"""What photos are called: found by names, folders, texts, cameras and places, in any script."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue, wording
from photoseek.domain import Changes, ContentId, Description, Place, WordMatches
from tests.unit.catalogue.filling import FACTS, MODEL, found, indexed, md5

LISBON = Place("g2267057", "Lisbon", ("Lisbon", "Lisboa", "リスボン", "里斯本"))
SINTRA = Place("g2264397", "Sintra", ("Sintra", "Cintra"))
NEW_YORK = Place("g5128581", "New York City", ("New York City", "New York", "Nueva York"))

SAYS_NOTHING = Description()
NAME = "Oma Geburtstag/IMG_2041.jpg"


async def add(
    catalogue: Catalogue, path: str | bytes, said: Description = SAYS_NOTHING, *, name: str = "a"
) -> ContentId:
    """A photo in the folder ``Bilder`` that says something of itself."""
    folders = await catalogue.folders()
    folder = folders[0] if folders else await catalogue.add_folder(b"/home/ann/Bilder")
    await catalogue.record_changes(folder.id, Changes([found(path, name)]), model_key=MODEL)
    for row in await catalogue.waiting_files(1):
        one = replace(indexed(row, name), facts=replace(FACTS, description=said))
        await catalogue.store([one], model_key=MODEL)
    photo = await catalogue.photo(md5(name))
    assert photo is not None
    return photo.content_id


async def ways(catalogue: Catalogue, *texts: str) -> str:
    """How the one photo is found: by whole words, by beginnings, or not at all."""
    called = await catalogue.called(texts)
    assert not set(called.whole) & set(called.begun)
    return "whole" if len(called.whole) else "begun" if len(called.begun) else ""


@pytest.mark.parametrize(
    ("path", "query", "way"),
    [
        (NAME, "IMG_2041", "whole"),
        (NAME, "img_2041.JPG", "whole"),
        (NAME, "img2041", "whole"),
        (NAME, "2041", "whole"),
        (NAME, "204", "begun"),
        (NAME, "041", ""),
        (NAME, "IMG_2042", ""),
        (NAME, "Oma Geburtstag", "whole"),
        (NAME, "geburtstag OMA", "whole"),
        (NAME, "Oma Geburts", "begun"),
        (NAME, "Oma Hochzeit", ""),
        (NAME, "bilder", "whole"),
        (NAME, "home", ""),
        ("OmaGeburtstag2019.jpg", "oma geburtstag", "whole"),
        ("OmaGeburtstag2019.jpg", "OmaGeburtstag", "whole"),
        ("OmaGeburtstag2019.jpg", "omageburtstag2019", "whole"),
        ("Oma's 80. Geburtstag (2).jpg", "omas", ""),
        ("Oma's 80. Geburtstag (2).jpg", 'oma\'s "80. geburtstag"', "whole"),
        ("Łódź Straße Ærø.jpg", "lodz STRASSE aerø", "whole"),
        ("Cafe\u0301.jpg", "caf\u00e9", "whole"),
        ("Москва весной.jpg", "МОСКВА", "whole"),  # noqa: RUF001
        ("Ελλάδα.jpg", "ελλαδα", "whole"),
        ("שָׁלוֹם.jpg", "שלום", "whole"),
        ("हिन्दी शब्द.jpg", "हिन्दी", "whole"),
        ("東京タワーの夜.jpg", "東京", "whole"),
        ("東京タワーの夜.jpg", "タワー 夜", "whole"),
        ("東京タワーの夜.jpg", "京東", ""),
        ("서울에서.jpg", "서울", "begun"),
        ("ภาพลิสบอน.jpg", "ลิสบอน", "whole"),
        (b"Stra\xdfe.jpg", "stra", "whole"),
        (b"\xff\xfe.jpg", "jpg", "whole"),
        ("a AND b OR NEAR(c).jpg", 'NEAR "b" AND', "whole"),
        (NAME, "- !", ""),
        (NAME, " ".join(["img"] * 17), ""),
    ],
)
async def test_names_are_found_in_any_script(catalogue: Catalogue, path: str | bytes, query: str, way: str) -> None:
    await add(catalogue, path)
    assert await ways(catalogue, query) == way


async def test_a_picture_is_found_by_what_it_says(catalogue: Catalogue) -> None:
    said = Description("Geburtstag", "Kuchen\nfür alle", ("Familie", "Tante Erna"), (SINTRA, LISBON))
    number = await add(catalogue, "1.jpg", said)
    for query in ("kuchen familie", "tante erna", "Apple iPhone 12", "Lisboa", "リスボン", "cintra geburtstag"):
        assert await ways(catalogue, query) == "whole", query
    assert await ways(catalogue, "lisb") == "begun"
    matches = await catalogue.word_matches(["geburtstag lisboa iphone jpg"], [number, ContentId(99)])
    assert matches == {number: WordMatches(("jpg",), ("geburtstag",), ("iphone",), ("lisboa",))}
    photo = await catalogue.photo(md5("a"))
    assert photo is not None
    assert photo.place == "Sintra, Lisbon"
    assert photo.facts.description == replace(said, places=())


@pytest.mark.parametrize(
    ("query", "way"),
    {
        "New York": "whole",
        "new york jpg": "whole",
        "nueva york": "whole",
        "Nuev": "begun",
        "city": "",
        "york": "",
        "new car": "",
    }.items(),
)
async def test_a_place_is_found_by_its_names_and_not_by_their_single_words(
    catalogue: Catalogue, query: str, way: str
) -> None:
    await add(catalogue, "1.jpg", Description(places=(NEW_YORK,)))
    assert await ways(catalogue, query) == way


@pytest.mark.parametrize(
    ("query", "placed"),
    {
        "dog in New York": True,
        "nueva york by night": True,
        "a new dog": False,
        "york dog": False,
        "New York": False,  # no words besides
        "New York jpg": False,  # called so by all words
        "New York, Lisbon by night": False,
        "dog": False,
    }.items(),
)
async def test_a_place_is_noticed_among_other_words_where_it_is_named_as_a_whole(
    catalogue: Catalogue, query: str, placed: bool
) -> None:
    one = await add(catalogue, "1.jpg", Description(places=(NEW_YORK,)))
    await add(catalogue, "2.jpg", Description(places=(LISBON,)), name="b")
    called = await catalogue.called([query])
    assert list(called.placed) == ([one] if placed else [])


async def test_words_go_with_the_files(catalogue: Catalogue) -> None:
    await add(catalogue, "Urlaub/1.jpg")
    await add(catalogue, "Kopien/eins.jpg")
    assert await ways(catalogue, "urlaub kopien eins") == "whole"
    [folder] = await catalogue.folders()
    renamed = Changes([found("Ferien/1.jpg", "a")], [b"Urlaub/1.jpg"], {b"Ferien/1.jpg": md5("a")})
    await catalogue.record_changes(folder.id, renamed, model_key=MODEL)
    assert await catalogue.waiting_contents(MODEL, 9) == []  # nothing is embedded again
    assert (await ways(catalogue, "urlaub"), await ways(catalogue, "ferien")) == ("", "whole")
    vanished = Changes(vanished=[b"Ferien/1.jpg", b"Kopien/eins.jpg"])
    await catalogue.record_changes(folder.id, vanished, model_key=MODEL)
    assert await ways(catalogue, "bilder") == ""
    await add(catalogue, "wieder da.jpg")
    assert await ways(catalogue, "wieder") == "whole"
    await catalogue.remove_folder(folder.id, MODEL)
    assert await ways(catalogue, "wieder") == ""


async def test_wrong_words_are_put_right(place: Path) -> None:
    catalogue = await Catalogue.open(place)
    try:
        for name in "abc":
            await add(catalogue, f"foto {name}.jpg", name=name)
        with closing(sqlite3.connect(place)) as other, other:
            other.execute("DELETE FROM words WHERE rowid = 1")
            other.execute("UPDATE words SET name = 'other' WHERE rowid = 2")
            other.execute("INSERT INTO words (rowid, name) VALUES (9, 'gone')")
        done = await catalogue.repair()
        assert len(done) == 3
        assert await catalogue.check() == []
        assert sorted((await catalogue.called(["foto"])).whole) == [1, 2, 3]
        assert await ways(catalogue, "gone") == await ways(catalogue, "other") == ""
    finally:
        await catalogue.close()


def test_what_is_kept_is_what_is_asked_for() -> None:
    for text in ("IMG_2041.JPG", "OmaGeburtstag", "Ünï-Cödé12", "東京タワー 2019", "iPhone 12 Pro"):
        assert f" {wording.all_words(text)} ".startswith(f" {' '.join(wording.words_of(text))} ")

"""The file that stands for a photo is one that was asked for."""

import os

import pytest

from photoseek.catalogue import Catalogue, preferring
from photoseek.domain import Changes, ContentId, FileStamp, FoundFile, PictureFacts, parse_query
from tests.unit.catalogue.filling import MODEL, md5
from tests.unit.catalogue.test_filters import add, fill

COPIES = ("first/IMG_1.jpg", "Italy/Rome/IMG_1.jpg", "Italy/sunset.jpg")


async def add_copies(catalogue: Catalogue) -> ContentId:
    """One photo in three files."""
    folder = await catalogue.add_folder(b"/home/ann")
    await add(catalogue, folder, COPIES[0], PictureFacts("JPEG", 40, 30))
    for path in COPIES[1:]:
        copy = FoundFile(path.encode(), FileStamp(1000, 0))
        hashes = {copy.path: md5(COPIES[0])}
        await catalogue.record_changes(folder.id, Changes([copy], hashes=hashes), model_key=MODEL)
    [content] = (await catalogue.passing(())).tolist()
    return ContentId(content)


@pytest.mark.parametrize(
    ("query", "path"),
    {
        "": COPIES[0],
        "type:jpg": COPIES[0],
        "folder:italy": COPIES[1],
        "folder:italy/rome": COPIES[1],
        "folder:italy -folder:rome": COPIES[2],
        "-folder:nowhere": COPIES[0],
        "name:sunset": COPIES[2],
        "name:SUN*.jpg": COPIES[2],
        "name:img_1 folder:italy": COPIES[1],
        "name:sunset folder:rome": COPIES[0],  # the photo passes, none of its files does
        "folder:nowhere folder:italy": COPIES[1],
        "sunset": COPIES[2],
        "Rom": COPIES[1],
        "img1 + italy": COPIES[1],
        "sunset folder:rome": COPIES[1],
        "nowhere": COPIES[0],
    }.items(),
)
async def test_what_was_asked_for_stands_first(catalogue: Catalogue, query: str, path: str) -> None:
    content, asked = await add_copies(catalogue), parse_query(query)
    photos = await catalogue.photos([content], asked.filters, [term.text for term in asked.terms])
    files = [os.fsdecode(file.path) for file in photos[content].files]
    assert files[0] == f"/home/ann/{path}"
    assert sorted(files) == sorted(f"/home/ann/{copy}" for copy in COPIES)


@pytest.mark.parametrize(
    "query",
    [
        *("folder:rome", "folder:*ITALY", "folder:Österreich*", "folder:/home/ann", "folder:/home/ann/pic", "folder:/"),
        *("name:img_1", "name:IMG_[12]", "name:IMG_[!12]*", "name:*.png", "name:beach.v2", "name:beach", "name:?MG_3"),
        *('name:"IMG_1"*', "-folder:rome", "-name:*.png", "name:italy folder:pictures", 'folder:"2023 italy"'),
    ],
)
async def test_it_judges_a_file_as_the_filters_do(catalogue: Catalogue, query: str) -> None:
    folder = await catalogue.add_folder(b"/home/Ann/Pictures")
    await fill(catalogue, folder)
    filters = parse_query(query).filters
    every = await catalogue.photos((await catalogue.passing(())).tolist())
    passing = set((await catalogue.passing(filters)).tolist())
    conditions = preferring._conditions(filters)
    assert {one for one, photo in every.items() if all(fits(photo.files[0]) for fits in conditions)} == passing

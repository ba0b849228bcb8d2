"""Filters let through exactly what they say, and lists go on where they ended."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest

from photoseek.catalogue import Catalogue, filters
from photoseek.catalogue.migrations import migrate
from photoseek.domain import Changes, FileStamp, Folder, FoundFile, Indexed, PictureFacts, parse_query
from tests.unit.catalogue.filling import MODEL, md5, vector

NS = 1_000_000_000


@pytest.fixture
async def folder(catalogue: Catalogue) -> Folder:
    return await catalogue.add_folder(b"/home/Ann/Pictures")


async def add(catalogue: Catalogue, folder: Folder, path: str, facts: PictureFacts, mtime_s: int = 0) -> None:
    """A file with a content of its own, named by its path."""
    stamp = FileStamp(1000, mtime_s * NS)
    await catalogue.record_changes(folder.id, Changes([FoundFile(path.encode(), stamp)]), model_key=MODEL)
    [waiting] = await catalogue.waiting_files(10)
    one = Indexed(waiting.file_id, stamp, md5(path), facts, vector(path))
    await catalogue.store([one], model_key=MODEL)


async def fill(catalogue: Catalogue, folder: Folder) -> None:
    day = datetime.fromisoformat
    for path, facts in {
        "2023 Italy/Rome/IMG_1.jpg": PictureFacts("JPEG", 40, 30, day("2023-05-01T00:00:00+02:00"), "Canon EOS 5D"),
        "2023 Italy/IMG_2.HEIC": PictureFacts("HEIF", 30, 40, day("2023-04-30T23:59:59-07:00"), "Apple iPhone 12"),
        "Österreich/IMG_3.png": PictureFacts("PNG", 30, 30, day("2024-01-01T00:00:00"), ""),
        "italy.png": PictureFacts("PNG", 40, 30, day("2023-12-31T23:59:59.900000"), "KODAK Ö"),
        "O\u0308sterreich 2/beach.v2.jpeg": PictureFacts("JPEG", 40, 30, day("1999-01-01T12:00:00"), "canon"),
    }.items():
        await add(catalogue, folder, path, facts)


async def names(catalogue: Catalogue, query: str) -> set[str]:
    """Short names of what passes."""
    photos = await catalogue.photos((await catalogue.passing(parse_query(query).filters)).tolist())
    return {Path(os.fsdecode(photo.files[0].path)).stem.lower() for photo in photos.values()}


@pytest.mark.parametrize(
    ("query", "expected"),
    {
        "folder:Italy": set(),
        'folder:"2023 italy"': {"img_1", "img_2"},
        'folder:"2023 Italy/Rome"': {"img_1"},
        "folder:rome": {"img_1"},
        "folder:*ITALY": {"img_1", "img_2"},
        "folder:österreich": {"img_3"},
        "folder:o\u0308sterreich": {"img_3"},
        "folder:Österreich*": {"img_3", "beach.v2"},
        "folder:pictures": {"img_1", "img_2", "img_3", "italy", "beach.v2"},
        "folder:/home/ann": {"img_1", "img_2", "img_3", "italy", "beach.v2"},
        'folder:"/home/ann/pictures/2023 italy/"': {"img_1", "img_2"},
        "folder:/home/ann/pic": set(),
        "folder:/Pictures": set(),
        "folder:/": {"img_1", "img_2", "img_3", "italy", "beach.v2"},
        "folder:rome folder:österreich": {"img_1", "img_3"},
        "-folder:rome -folder:österreich*": {"img_2", "italy"},
        "name:*.PNG": {"img_3", "italy"},
        "name:img_?": {"img_1", "img_2", "img_3"},
        "name:IMG_[!12]": {"img_3"},
        "name:IMG_[1-2]*": {"img_1", "img_2"},
        "name:img_1.jpg": {"img_1"},
        "name:beach.v2": {"beach.v2"},
        "name:*v2": {"beach.v2"},
        "name:*.v2": set(),
        "name:ital": set(),
        "name:*ital*": {"italy"},
        'name:"*.png"': set(),
        "after:2023-05": {"img_1", "img_3", "italy"},
        "before:2023-05": {"img_2", "beach.v2"},
        "after:2023-04-30 before:2023-05-01": {"img_2"},
        "before:2024": {"img_1", "img_2", "italy", "beach.v2"},
        "after:2024": {"img_3"},
        "after:2023 after:2024": {"img_3"},
        "-after:2023": {"beach.v2"},
        "camera:canon": {"img_1", "beach.v2"},
        "camera:IPHONE": {"img_2"},
        'camera:"kodak ö"': {"italy"},
        "camera:canon camera:apple": {"img_1", "img_2", "beach.v2"},
        "-camera:canon": {"img_2", "img_3", "italy"},
        "type:heic": {"img_2"},
        "type:jpg": {"img_1", "beach.v2"},
        "-type:jpg -type:png": {"img_2"},
        "orientation:portrait": {"img_2"},
        "orientation:square": {"img_3"},
        "orientation:landscape -type:jpg": {"italy"},
        "type:png after:2024": {"img_3"},
        "%": {"img_1", "img_2", "img_3", "italy", "beach.v2"},
    }.items(),
)
async def test_exactly_what_a_filter_says_passes(
    catalogue: Catalogue, folder: Folder, query: str, expected: set[str]
) -> None:
    await fill(catalogue, folder)
    assert await names(catalogue, query) == expected
    listed, count = await catalogue.newest(parse_query(query).filters, 100)
    assert (len(listed), count) == (len(expected), len(expected))


async def test_a_copy_is_found_by_each_of_its_files_and_gone_photos_are_not(
    catalogue: Catalogue, folder: Folder
) -> None:
    await add(catalogue, folder, "a/x.jpg", PictureFacts("JPEG", 4, 3))
    copy = FoundFile(b"b/y.jpg", FileStamp(1000, 0))
    await catalogue.record_changes(folder.id, Changes([copy], hashes={b"b/y.jpg": md5("a/x.jpg")}), model_key=MODEL)
    for query in ("folder:a", "folder:b", "name:x", "name:y.jpg", "type:jpg"):
        assert len(await catalogue.passing(parse_query(query).filters)) == 1, query
    await catalogue.record_changes(folder.id, Changes(vanished=[b"a/x.jpg"]), model_key=MODEL)
    assert len(await catalogue.passing(parse_query("folder:a").filters)) == 0
    await catalogue.remove_folder(folder.id, MODEL)
    for query in ("folder:b", "-folder:a", "type:jpg", "-type:png"):
        assert len(await catalogue.passing(parse_query(query).filters)) == 0, query


async def test_a_list_has_the_newest_first_and_goes_on_behind_what_came_and_went(
    catalogue: Catalogue, folder: Folder
) -> None:
    moment = datetime.fromisoformat
    for number in range(9):
        taken = moment("2020-01-01T00:00:00") if number % 3 == 0 else moment(f"2020-01-0{number}T00:00:00")
        await add(catalogue, folder, f"{number}.jpg", PictureFacts("JPEG", 4, 3, taken))
    jpegs = parse_query("type:jpg").filters
    whole, count = await catalogue.newest(jpegs, 100)
    assert count == 9
    assert [taken for _, taken in whole] == sorted((taken for _, taken in whole), reverse=True)
    first, _ = await catalogue.newest(jpegs, 4)
    await add(catalogue, folder, "new.jpg", PictureFacts("JPEG", 4, 3, moment("2021-01-01T00:00:00")))
    gone = await catalogue.photos([first[0][0], first[3][0], whole[5][0]])
    vanished = [Path(os.fsdecode(photo.files[0].path)).name.encode() for photo in gone.values()]
    await catalogue.record_changes(folder.id, Changes(vanished=vanished), model_key=MODEL)
    content, moment_of_it = first[3]
    rest, count = await catalogue.newest(jpegs, 100, (moment_of_it, content))
    assert first + rest == [one for one in whole if one != whole[5]]
    assert count == 7


async def test_a_picture_that_says_nothing_is_as_old_as_the_oldest_file_it_ever_had(
    catalogue: Catalogue, folder: Folder
) -> None:
    day = 24 * 3600
    await add(catalogue, folder, "a.jpg", PictureFacts("JPEG", 4, 3), mtime_s=20 * day)
    local = datetime.fromtimestamp(20 * day).isoformat()  # noqa: DTZ006 - local is meant
    photo = await catalogue.photo(md5("a.jpg"))
    assert photo is not None
    assert (photo.taken_at, photo.taken_from) == (datetime.fromisoformat(local), "file")
    for path, age in (("older.jpg", 10 * day), ("younger.jpg", 30 * day)):
        file = FoundFile(path.encode(), FileStamp(1000, age * NS))
        await catalogue.record_changes(
            folder.id, Changes([file], hashes={path.encode(): md5("a.jpg")}), model_key=MODEL
        )
    await catalogue.record_changes(folder.id, Changes(vanished=[b"older.jpg"]), model_key=MODEL)
    photo = await catalogue.photo(md5("a.jpg"))
    assert photo is not None
    assert photo.taken_at == datetime.fromtimestamp(10 * day)  # noqa: DTZ006
    assert await names(catalogue, "before:1970-01-15") == {"a"}


async def test_what_a_picture_says_goes_before_its_file(catalogue: Catalogue, folder: Folder) -> None:
    taken = datetime.fromisoformat("2001-02-03T04:05:06-05:00")
    await add(catalogue, folder, "a.jpg", PictureFacts("JPEG", 4, 3, taken), mtime_s=5)
    photo = await catalogue.photo(md5("a.jpg"))
    assert photo is not None
    assert (photo.taken_at, photo.taken_from) == (taken, "exif")
    assert (await catalogue.newest((), 10))[0][0][1] == "2001-02-03T04:05:06"


async def test_filters_agree_with_a_plain_comparison_of_every_photo(catalogue: Catalogue, folder: Folder) -> None:
    random = np.random.default_rng(7)
    contents = []
    for number in range(120):
        place = "/".join(random.choice(["a", "B", "ab", "c d"], size=random.integers(0, 4)))
        path = f"{place}/{random.choice(['x', 'Y'])}{number}.{random.choice(['jpg', 'PNG'])}".lstrip("/")
        await add(catalogue, folder, path, PictureFacts("JPEG", 4, 3))
        photo = await catalogue.photo(md5(path))
        assert photo is not None
        contents.append((photo.content_id, f"/home/ann/pictures/{path}".lower()))
    for pattern in ("a", "b", "a*", "ab/b", "c d", "*b", "[ab]", "pictures/a"):
        query = f"folder:{pattern.replace('c d', chr(34) + 'c d' + chr(34))}"
        expected = {one for one, path in contents if fnmatchcase(f"{Path(path).parent}/", f"*/{pattern}/*")}
        assert expected != set()
        assert set((await catalogue.passing(parse_query(query).filters)).tolist()) == expected, pattern
    for pattern in ("x*", "*.png", "?1*.jpg", "[!x]*7.*"):
        expected = {one for one, path in contents if fnmatchcase(Path(path).name, pattern)}
        assert set((await catalogue.passing(parse_query(f"name:{pattern}").filters)).tolist()) == expected, pattern


def test_a_list_and_each_filter_read_indexes_and_not_the_table(place: Path) -> None:
    """The plans of what is felt with 100,000 photos."""
    plans: list[str] = []
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        migrate(connection)
        connection.set_trace_callback(plans.append)
        for query in ("folder:a", "name:x", "name:*.x", "after:2023", "camera:x", "type:png", "orientation:square"):
            filters.passing(connection, parse_query(query).filters)
            filters.newest(connection, parse_query(query).filters, 10, ("2023", 1))
        connection.set_trace_callback(None)
        steps = [row[3] for sql in plans for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert steps
    whole = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step and "files" in step]
    whole += [step for step in steps if step == "SCAN c"]
    assert whole == []
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]

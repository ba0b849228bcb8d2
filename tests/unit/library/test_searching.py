"""What a search finds, over a real catalogue and a real index; only the model is a stand-in."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from photoseek.domain import (
    Changes,
    Example,
    FileStamp,
    FoundFile,
    Indexed,
    Md5,
    PhotoId,
    PictureFacts,
    Query,
    SeenPicture,
    photo_id,
)
from photoseek.errors import ModelError, NotFoundError, NotIndexedError, QueryError
from photoseek.library.relevance import HYSTERESIS_SIGMAS
from tests.flow.house import DIM
from tests.unit.library.shelf import AXES, Shelf, axis, names_of, unit


async def add_animals(shelf: Shelf) -> dict[str, PhotoId]:
    dog, cat, sea = (axis(word) for word in AXES)
    return {
        "dog.jpg": await shelf.add("dog.jpg", dog),
        "cat.jpg": await shelf.add("cat.jpg", cat),
        "both.jpg": await shelf.add("both.jpg", unit(dog + cat)),
        "dogsea.jpg": await shelf.add("dogsea.jpg", unit(dog + sea)),
    }


@pytest.mark.parametrize(
    ("query", "vector"),
    {
        "dog": [1, 0, 0],
        "dog + cat": [1, 1, 0],
        "dog - cat": [1, -1, 0],
        "2: dog + cat -0.5:sea": [2, 1, -0.5],
        "- cat": [0, -1, 0],
    }.items(),
)
async def test_a_query_means_the_weighted_sum_of_its_unit_vectors(
    shelf: Shelf, query: str, vector: Sequence[float]
) -> None:
    await add_animals(shelf)
    expected = unit(np.pad(np.array(vector), (0, DIM - 3)))
    answer = await shelf.ask(query)
    for hit in answer.hits:
        _, [stored] = await shelf.catalogue.embeddings(shelf.words.identity.key, [hit.photo.content_id])
        assert hit.score == pytest.approx(float(expected @ stored), abs=1e-3)  # half precision
    assert len(answer.hits) == 4
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)
    assert bool(answer.notes) == (query == "- cat")


async def test_examples_and_a_given_picture_count_as_words_do(shelf: Shelf) -> None:
    ids = await add_animals(shelf)
    assert (await shelf.names(f"like:{ids['dog.jpg']} + sea"))[0] == "dogsea.jpg"
    assert (await shelf.names(f"dog -like:{ids['both.jpg']}"))[-1] == "cat.jpg"
    both = Query("", like=(Example(ids["dog.jpg"]), Example(ids["cat.jpg"])))
    assert (await shelf.names(both))[0] == "both.jpg"
    cat = SeenPicture(axis("cat"), shelf.words.identity.full_key)
    assert (await shelf.names("dog", picture=cat))[0] == "both.jpg"
    assert (await shelf.names(Query("", picture=cat)))[0] == "cat.jpg"
    assert shelf.words.asked.count("dog") == 1  # remembered


async def test_a_photo_that_others_shall_be_like_can_be_left_out(shelf: Shelf) -> None:
    ids = await add_animals(shelf)
    query = Query("", like=(Example(ids["dog.jpg"]),), without=ids["dog.jpg"], limit=2)
    first = await shelf.ask(query)
    assert set(names_of(first)) == {"both.jpg", "dogsea.jpg"}
    assert await shelf.names(query, cursor=first.next_cursor) == ["cat.jpg"]


async def test_what_can_not_be_compared_is_said(shelf: Shelf) -> None:
    await add_animals(shelf)
    with pytest.raises(NotFoundError):
        await shelf.ask(f"like:{'0' * 32}")
    with pytest.raises(QueryError, match="the same"):
        await shelf.ask("dog - dog")
    with pytest.raises(ModelError):
        await shelf.ask("dog", picture=SeenPicture(np.ones(3, np.float32), "other"))
    with pytest.raises(QueryError, match="empty"):
        await shelf.ask("  ")
    stamp = FileStamp(100, 0)
    await shelf.catalogue.record_changes(shelf.folder.id, Changes([FoundFile(b"new.jpg", stamp)]), model_key="")
    [row] = await shelf.catalogue.waiting_files(1)
    new = Indexed(row.file_id, stamp, Md5(b"n" * 16), PictureFacts("JPEG", 4, 3), np.ones(2, np.float32))
    await shelf.catalogue.store([new], model_key="of another model")
    with pytest.raises(NotIndexedError):
        await shelf.ask(f"like:{photo_id(Md5(b'n' * 16))}")


async def test_filters_keep_the_best_of_what_they_let_through(shelf: Shelf) -> None:
    await add_animals(shelf)
    assert await shelf.names("dog name:*cat* name:both") == ["both.jpg", "cat.jpg"]
    assert await shelf.names("dog -name:dog*") == ["both.jpg", "cat.jpg"]
    nothing = await shelf.ask("dog folder:elsewhere")
    assert (nothing.hits, nothing.good_matches, nothing.next_cursor) == ([], 0, None)


async def test_good_matches_are_counted_inside_the_filter_and_judged_by_the_whole_library(shelf: Shelf) -> None:
    rng = np.random.default_rng(1)
    for number in range(60):
        noise = rng.standard_normal(DIM) * 0.2
        noise[0] = rng.standard_normal() * 0.02
        await shelf.add(f"noise{number}.jpg", unit(noise))
    for number in range(3):
        await shelf.add(f"dog{number}.jpg", unit(axis("dog") + rng.standard_normal(DIM) * 0.05))
    whole, one = await shelf.ask("dog"), await shelf.ask("dog name:dog1 name:noise*")
    assert (whole.good_matches, one.good_matches) == (3, 1)
    assert one.hits[0].relevance == whole.hits[names_of(whole).index("dog1.jpg")].relevance
    assert (await shelf.ask("dog name:noise*")).good_matches == 0
    assert len((await shelf.ask("dog", min_relevance=0.5)).hits) == 3
    judged = whole.hits[0].judgement
    assert judged is not None
    between = judged.cut_off + HYSTERESIS_SIGMAS / 2 * judged.sigma
    await shelf.add("between.jpg", unit(between * axis("dog") + np.sqrt(1 - between**2) * axis("sea")))
    assert (await shelf.ask("dog")).good_matches == 4
    assert (await shelf.ask("dog name:between")).good_matches == 1
    await shelf.remove("dog0.jpg", "dog1.jpg", "dog2.jpg")
    assert (await shelf.ask("dog")).good_matches == 0


@pytest.mark.parametrize("query", ["dog", "dog -name:hidden*", "name:*.jpg"])
async def test_pages_show_each_photo_once_while_others_come_and_go(shelf: Shelf, query: str) -> None:
    choose = random.Random(4)
    day = datetime(2020, 1, 1)  # noqa: DTZ001 - local
    equal = [unit(axis("dog") * c + axis("cat")) for c in (0.2, 0.5, 1.0)]
    there = {f"{number:03}.jpg" for number in range(60)} | {"hidden.jpg"}
    for name in sorted(there):
        await shelf.add(name, choose.choice(equal), day + timedelta(days=choose.randrange(3)))
    seen: list[str] = []
    stayed, cursor, came = set(there), None, 0
    while True:
        page = await shelf.ask(query, limit=7, cursor=cursor)
        seen += names_of(page)
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
        gone = choose.sample(sorted(there), 2) + [seen[-1]] * (choose.random() < 0.5)
        there -= set(gone)
        stayed -= set(gone)
        await shelf.remove(*gone)
        for _ in range(3):
            came += 1
            await shelf.add(f"new{came}.jpg", choose.choice(equal), day + timedelta(days=choose.randrange(3)))
    assert len(seen) == len(set(seen))
    assert stayed - ({"hidden.jpg"} if "hidden" in query else set()) <= set(seen)
    assert ("hidden.jpg" in seen) <= ("hidden" not in query)
    assert came >= 15


async def test_filters_alone_list_the_newest_first_without_a_model(shelf: Shelf) -> None:
    day = datetime(2020, 1, 1)  # noqa: DTZ001 - local
    for number, name in enumerate(("old.jpg", "new.jpg", "middle.jpg", "also new.jpg")):
        await shelf.add(name, axis("dog"), day + timedelta(days=(0, 9, 5, 9)[number]))
    answer = await shelf.ask("name:*.jpg", limit=3)
    assert names_of(answer) == ["also new.jpg", "new.jpg", "middle.jpg"]
    assert (answer.good_matches, answer.model) == (4, "")
    assert {(hit.score, hit.relevance) for hit in answer.hits} == {(0.0, 1.0)}
    last = await shelf.ask("name:*.jpg", limit=3, cursor=answer.next_cursor)
    assert (names_of(last), last.next_cursor) == (["old.jpg"], None)
    assert shelf.words.asked == []


async def test_a_cursor_of_another_question_is_refused(shelf: Shelf) -> None:
    await add_animals(shelf)
    ranked, listed = await shelf.ask("dog", limit=1), await shelf.ask("type:jpg", limit=1)
    for query, cursor in (
        ("cat", ranked.next_cursor),
        ("dog type:jpg", ranked.next_cursor),
        ("type:jpg", ranked.next_cursor),
        ("dog", listed.next_cursor),
        ("type:png", listed.next_cursor),
        ("dog", "nonsense"),
        ("dog", ""),
    ):
        with pytest.raises(QueryError):
            await shelf.ask(query, cursor=cursor)
    assert await shelf.names('"dog"', limit=9, cursor=ranked.next_cursor) == (await shelf.names("dog"))[1:]

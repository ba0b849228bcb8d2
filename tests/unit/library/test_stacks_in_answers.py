"""A stack comes as one photo: the best that passes, on one page, whatever the pages are; ``stack=False`` shows all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from photoseek.catalogue import sketches
from photoseek.domain import SKETCH_SIDE, Hit, Md5, PhotoId, SearchAnswer, pack_sketch
from photoseek.errors import QueryError
from tests.unit.library.shelf import Shelf, axis, names_of, unit

NOON = datetime(2023, 8, 2, 12)  # noqa: DTZ001 - local
SOMETHING = pack_sketch(np.random.default_rng(1).standard_normal((SKETCH_SIDE, SKETCH_SIDE)).astype(np.float32), 1.0)


async def stack(shelf: Shelf, *photos: PhotoId) -> None:
    """Put them into one stack that the first leads."""
    found = [await shelf.catalogue.photo(Md5(bytes.fromhex(one))) for one in photos]
    ids = [one.content_id for one in found if one is not None]
    await shelf.catalogue.keep_sketches([(content_id, SOMETHING) for content_id in ids])
    assert await shelf.catalogue.stack([(content_id, ids[0]) for content_id in ids]) == 0


def collapsed(hits: Sequence[Hit], *, is_list: bool) -> list[Hit]:
    """What should come of photos that came one by one."""
    led = {hit.photo.id for hit in hits if hit.photo.stack and hit.photo.stack.id == hit.photo.id}
    seen: set[PhotoId] = set()
    left = []
    for hit in hits:
        if is_list and hit.photo.stack and hit.photo.stack.id in led - {hit.photo.id}:
            continue
        key = hit.photo.stack.id if hit.photo.stack else hit.photo.id
        if key not in seen:
            left.append(hit)
        seen.add(key)
    return left


async def pages(shelf: Shelf, query: str, limit: int, **how: Any) -> list[SearchAnswer]:
    found = [await shelf.ask(query, limit=limit, **how)]
    while found[-1].next_cursor is not None:
        found.append(await shelf.ask(query, limit=limit, cursor=found[-1].next_cursor, **how))
    return found


def ids_of(hits: Sequence[Hit]) -> list[PhotoId]:
    return [hit.photo.id for hit in hits]


async def fill(shelf: Shelf, number: int = 60) -> None:
    """Photos with names, scores, dates and stacks by lot, three of four in a stack."""
    random = np.random.default_rng(7)
    photos = []
    for place in range(number):
        name = f"{'sea' if place % 5 == 0 else 'seaside' if place % 7 == 0 else 'x'} {place:02}.jpg"
        vector = unit(random.uniform(0, 1) * axis("sea") + random.uniform(0, 1) * axis("dog"))
        photos.append(await shelf.add(name, vector, NOON + timedelta(minutes=int(random.integers(0, 40)))))
    order = [photos[place] for place in random.permutation(number)]
    start = 0
    for size in (20, 9, 5, 3, 2, 2, 2, 2):
        await stack(shelf, *order[start : start + size])
        start += size


QUERIES = ["dog", "sea", "dog after:2023-08-02", "sea name:*1*", "after:2023", "name:*1*", "-name:*1*", "dog - sea"]


@pytest.mark.parametrize("query", QUERIES)
async def test_each_stack_comes_once_with_its_best_photo_on_pages_of_any_size(shelf: Shelf, query: str) -> None:
    await fill(shelf)
    flat = await shelf.ask(query, limit=1000, stack=False)
    is_list = query in {"after:2023", "name:*1*", "-name:*1*"}
    wanted = ids_of(collapsed(flat.hits, is_list=is_list))
    whole = await shelf.ask(query, limit=1000)
    assert ids_of(whole.hits) == wanted
    assert len(wanted) < len(flat.hits)
    for limit in (1, 2, 5, 13):
        answers = await pages(shelf, query, limit)
        assert ids_of([hit for one in answers for hit in one.hits]) == wanted
        assert {one.good_matches for one in answers} == {whole.good_matches}
        assert all(len(one.hits) == limit for one in answers[:-1])
        apart = await pages(shelf, query, limit, stack=False)
        assert ids_of([hit for one in apart for hit in one.hits]) == ids_of(flat.hits)
    assert whole.good_matches == len(collapsed(flat.hits[: flat.good_matches], is_list=is_list))


@pytest.mark.parametrize("query", ["after:2023", "name:*1*", "-name:*1*"])
async def test_photos_that_were_deleted_hide_none_and_are_not_counted(shelf: Shelf, query: str) -> None:
    await fill(shelf)
    every = (await shelf.ask("after:2023", limit=1000, stack=False)).hits
    following = [hit for hit in every if hit.photo.stack and hit.photo.stack.id != hit.photo.id]
    for hit in following[::3]:
        await shelf.remove(hit.photo.files[0].path.decode().rpartition("/")[2])
    flat = await shelf.ask(query, limit=1000, stack=False)
    answer = await shelf.ask(query, limit=1000)
    assert ids_of(answer.hits) == ids_of(collapsed(flat.hits, is_list=True))
    assert answer.good_matches == len(answer.hits)


async def test_a_photo_says_in_which_stack_it_is(shelf: Shelf) -> None:
    large = await shelf.add("large", axis("dog"))
    small = await shelf.add("small", unit(axis("dog") + 0.1 * axis("cat")))
    await shelf.add("other", axis("cat"))
    await stack(shelf, large, small)
    first, second = (await shelf.ask("dog")).hits
    assert (first.photo.stack and (first.photo.stack.id, first.photo.stack.count)) == (large, 2)
    assert second.photo.stack is None


async def test_filters_decide_which_photo_stands_for_a_stack(shelf: Shelf) -> None:
    best = await shelf.add("best.jpg", axis("dog"), NOON)
    other = await shelf.add("other.jpg", unit(axis("dog") + axis("cat")), NOON + timedelta(days=1))
    await stack(shelf, best, other)
    assert await shelf.names("dog") == ["best.jpg"]
    assert await shelf.names("dog name:other") == ["other.jpg"]
    assert await shelf.names("name:*.jpg") == ["best.jpg"]
    assert await shelf.names("name:*.jpg -name:best") == ["other.jpg"]
    assert await shelf.names("name:best") == ["best.jpg"]
    assert (await shelf.ask("name:*.jpg")).good_matches == 1


async def test_a_stack_is_opened_by_any_of_its_photos(shelf: Shelf) -> None:
    photos = [await shelf.add(name, axis("dog")) for name in ("a", "b", "c")]
    alone = await shelf.add("alone", axis("cat"))
    await stack(shelf, *photos)
    for photo in photos:
        answer = await shelf.ask(f"stack:{photo}")
        assert sorted(names_of(answer)) == ["a", "b", "c"]
        assert answer.good_matches == 3
        assert len(await shelf.names(f"dog stack:{photo}")) == 3
        assert await shelf.names(f"dog -stack:{photo}") == ["alone"]
    assert await shelf.names(f"stack:{alone}") == ["alone"]
    assert await shelf.names(f"stack:{'0' * 32}") == []
    await shelf.remove("b")
    assert sorted(await shelf.names(f"stack:{photos[2]}")) == ["a", "c"]


async def test_a_photo_is_not_like_those_of_its_stack_one_by_one(shelf: Shelf) -> None:
    photos = [await shelf.add(str(number), unit(axis("dog") + number / 10 * axis("cat"))) for number in range(4)]
    await stack(shelf, *photos[1:])
    assert await shelf.names(f"like:{photos[0]}", without=photos[0]) == ["1"]


async def test_a_stack_deeper_than_the_first_look_hides_nothing_behind_it(shelf: Shelf) -> None:
    photos = [await shelf.add(f"{number:03}", unit(axis("dog") + number / 1000 * axis("cat"))) for number in range(300)]
    last = await shelf.add("last", unit(axis("dog") + axis("cat")))
    await stack(shelf, *photos)
    answers = await pages(shelf, "dog", 1)
    assert [names_of(one) for one in answers] == [["000"], ["last"]]
    assert answers[0].good_matches in {1, 2}
    assert last in ids_of(answers[1].hits)


async def test_a_cursor_of_stacks_is_none_of_single_photos(shelf: Shelf) -> None:
    await fill(shelf, 48)
    cursor = (await shelf.ask("dog", limit=2)).next_cursor
    with pytest.raises(QueryError):
        await shelf.ask("dog", limit=2, cursor=cursor, stack=False)


async def test_what_was_stacked_just_now_counts_however_many_are_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sketches, "_FEW", 3)
    photos = [await shelf.add(f"{n}", unit(axis("dog") + n / 10 * axis("cat"))) for n in range(8)]
    for photo in photos:
        await stack(shelf, photo)
    found = [await shelf.catalogue.photo(Md5(bytes.fromhex(one))) for one in photos]
    leader, *others = [one.content_id for one in found if one is not None]
    for number, other in enumerate(others, 1):
        await shelf.catalogue.stack([(other, leader)])
        assert len(await shelf.names("dog")) == len(await shelf.names("dog")) == 8 - number
    await shelf.remove("7")
    assert await shelf.names("dog") == ["0"]

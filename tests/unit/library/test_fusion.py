"""What photos are called, joined with what they show: over a real catalogue and index, and the arithmetic alone."""

import random

import numpy as np
import pytest

from photoseek.domain import (
    Changes,
    Description,
    FileStamp,
    FoundFile,
    Md5,
    Place,
    Query,
    WordMatches,
    photo_md5,
)
from photoseek.library.fusion import fused, lift_of, worth_of
from photoseek.library.relevance import Background, from_log_odds
from tests.flow.house import DIM
from tests.unit.library.shelf import Shelf, axis, names_of, unit

LISBON = Description(places=(Place("g1", "Lisbon", ("Lisbon", "Lisboa")),))


async def add_noise(shelf: Shelf, count: int = 40) -> None:
    """Photos that show nothing that a word means."""
    rng = np.random.default_rng(1)
    for number in range(count):
        noise = rng.standard_normal(DIM)
        noise[:4] = rng.standard_normal(4) * 0.1
        await shelf.add(f"x{number:04}.jpg", unit(noise))


@pytest.mark.parametrize(
    ("query", "first", "why"),
    [
        ("IMG_2041", "IMG_2041.jpg", "name"),
        ("2041", "IMG_2041.jpg", "name"),
        ("oma geburtstag", "Geburtstag 1.jpg", "name"),
        ("Geburts", "Geburtstag 1.jpg", "name"),
        ("Lisboa", "3.jpg", "place"),
        ("Lis", "3.jpg", "place"),
        ("birthday cake", "4.jpg", "text"),
    ],
)
async def test_what_words_name_comes_first_and_is_good_by_itself(
    shelf: Shelf, query: str, first: str, why: str
) -> None:
    await add_noise(shelf)
    away = unit(-axis("dog") - axis("cat"))
    await shelf.add("IMG_2041.jpg", away)
    await shelf.add("Oma/Geburtstag 1.jpg", away)
    await shelf.add("3.jpg", away, said=LISBON)
    await shelf.add("4.jpg", away, said=Description("A birthday", "with a cake"))
    answer = await shelf.ask(query)
    assert names_of(answer)[0] == first
    assert (answer.good_matches, len(answer.hits)) == (1, 44)
    best, second = answer.hits[:2]
    assert best.why == (why,)
    assert best.relevance > 0.5 > second.relevance
    assert best.score < second.score  # still the cosine
    assert second.why == ("picture",)
    assert (await shelf.ask(query, min_relevance=0.5)).good_matches == 1


async def test_what_shows_it_and_is_called_so_comes_before_what_only_does_one(shelf: Shelf) -> None:
    await add_noise(shelf)
    await shelf.add("dog 1.jpg", axis("dog"))
    await shelf.add("dog 2.jpg", axis("cat"))
    await shelf.add("other.jpg", axis("dog"))
    answer = await shelf.ask("dog")
    assert sorted(names_of(answer)[:3]) == ["dog 1.jpg", "dog 2.jpg", "other.jpg"]
    by_name = dict(zip(names_of(answer), answer.hits, strict=True))
    assert names_of(answer)[0] == "dog 1.jpg"
    assert by_name["dog 1.jpg"].why == ("picture", "name")
    assert by_name["dog 2.jpg"].why == ("name",)
    assert by_name["other.jpg"].why == ("picture",)
    assert answer.good_matches == 3
    judged = by_name["dog 2.jpg"].judgement
    assert judged is not None
    assert judged.matches == WordMatches(name=("dog",))
    assert judged.whole
    assert judged.by_picture < 0.5 < judged.by_words <= by_name["dog 2.jpg"].relevance


async def test_a_name_that_only_begins_so_is_no_good_match_where_a_photo_shows_it(shelf: Shelf) -> None:
    await add_noise(shelf)
    await shelf.add("Seaton 1.jpg", axis("cat"))
    alone = await shelf.ask("sea")
    assert (names_of(alone)[0], alone.good_matches) == ("Seaton 1.jpg", 1)
    await shelf.add("7.jpg", axis("sea"))
    beside = await shelf.ask("sea")
    assert (names_of(beside)[:2], beside.good_matches) == (["7.jpg", "Seaton 1.jpg"], 1)
    assert beside.hits[1].why == ("name",)
    assert (await shelf.ask("sea -name:7")).good_matches == 0  # a filter changes nothing in that


async def test_of_copies_the_one_that_is_called_so_is_shown(shelf: Shelf) -> None:
    await add_noise(shelf, 10)
    one, copy = await shelf.add("a/IMG_1.jpg", axis("cat")), FoundFile(b"b/sunset.jpg", FileStamp(100, 0))
    changes = Changes([copy], hashes={copy.path: photo_md5(one) or Md5(b"")})
    await shelf.index.change(lambda key: shelf.catalogue.record_changes(shelf.folder.id, changes, model_key=key))
    assert await shelf.names("sunset", limit=1) == ["sunset.jpg"]
    assert await shelf.names("img_1", limit=1) == ["IMG_1.jpg"]
    assert await shelf.names("cat", limit=1) == ["IMG_1.jpg"]


async def test_words_obey_filters_signs_and_examples(shelf: Shelf) -> None:
    await add_noise(shelf, 10)
    one = await shelf.add("dog/IMG_1.jpg", axis("cat"))
    await shelf.add("dog/IMG_2.jpg", axis("cat"))
    assert await shelf.names("img_1 -name:IMG_1", limit=1) != ["IMG_1.jpg"]
    assert (await shelf.ask("dog name:IMG_2")).good_matches == 1
    assert "name" not in {why for hit in (await shelf.ask("- dog")).hits for why in hit.why}
    assert (await shelf.ask("sea + img_1")).good_matches == 0
    assert (await shelf.ask("dog + img_1 - sea")).good_matches == 1
    alike = await shelf.ask(f"like:{one} + dog")
    assert {hit.why for hit in alike.hits} == {("picture",)}
    without = await shelf.ask(Query("", terms=(await shelf.ask("dog")).query.terms, without=one))
    assert "IMG_1.jpg" not in names_of(without)


async def test_what_is_shown_at_the_place_that_is_named_comes_first(shelf: Shelf) -> None:
    await add_noise(shelf)
    await shelf.add("at home.jpg", axis("dog"))
    await shelf.add("1.jpg", unit(axis("dog") + 0.4 * axis("cat")), said=LISBON)
    await shelf.add("2.jpg", unit(axis("cat") - axis("dog")), said=LISBON)
    alone = await shelf.ask("dog")
    assert names_of(alone)[:2] == ["at home.jpg", "1.jpg"]
    answer = await shelf.ask("dog + lisboa")
    by_name = dict(zip(names_of(answer), answer.hits, strict=True))
    assert len(answer.hits) == 43
    assert names_of(answer)[0] == "1.jpg"
    assert by_name["1.jpg"].why == ("picture", "place")
    assert by_name["2.jpg"].why == ("place",)
    assert by_name["2.jpg"].relevance < 0.5  # the place alone was not asked for
    assert by_name["at home.jpg"].why == ("picture",)


def test_a_place_lifts_by_how_rare_it_is_what_is_shown_there_and_nothing_else() -> None:
    lifts = [lift_of(placed, 10_000) for placed in (1, 2000, 9000, 10_000)]
    assert lifts == sorted(lifts, reverse=True)
    assert lifts[-1] == lift_of(0, 0) == 0
    background = Background(0.3, 0.02)
    scores = np.linspace(-1, 1, 201, dtype=np.float32)
    lifted = fused(background, scores, None, lifts[0])
    assert (np.diff(lifted) > 0).all()
    assert (lifted >= background.log_odds(scores)).all()
    assert (lifted[scores < 0.25] < 0).all()
    assert lifted[scores >= 0.3].min() > lifts[0] / 2 - 1e-3


async def test_pages_of_named_and_other_photos_are_one_answer_cut_in_pieces(shelf: Shelf) -> None:
    choose = random.Random(7)
    for number in range(120):
        name = choose.choice(("dog lisbon", "dogs lisbon", "x"))
        turned = unit(axis("dog") * choose.choice((0, 0.3, 1.0)) + axis("cat") * 0.5)
        await shelf.add(f"{name}/{number:03}.jpg", turned, said=LISBON if number % 3 else Description())
    whole = await shelf.ask("dog lisbon", limit=1000)
    relevances = [hit.relevance for hit in whole.hits]
    assert relevances == sorted(relevances, reverse=True)
    assert sum(relevance >= 0.5 for relevance in relevances) == whole.good_matches
    assert len(set(names_of(whole))) == 120
    seen: list[str] = []
    cursor = None
    while cursor or not seen:
        page = await shelf.ask("dog lisbon", limit=7, cursor=cursor)
        assert page.good_matches == whole.good_matches
        seen += names_of(page)
        cursor = page.next_cursor
    assert seen == names_of(whole)


async def test_a_page_goes_on_where_it_was_while_others_come_and_judgements_move(shelf: Shelf) -> None:
    for number in range(30):
        await shelf.add(
            f"{'dog' if number % 3 else 'x'}/{number:03}.jpg", unit(axis("dog") * (number % 5) + axis("cat"))
        )
    seen: list[str] = []
    cursor, came = None, 0
    while cursor or not seen:
        page = await shelf.ask("dog", limit=4, cursor=cursor)
        seen += names_of(page)
        cursor = page.next_cursor
        for _ in range(4 * (came < 40)):
            came += 1
            await shelf.add(f"dog/new{came}.jpg", unit(axis("cat") * (came % 4) + axis("sea")))
    assert len(seen) == len(set(seen))
    assert {f"{number:03}.jpg" for number in range(30)} <= set(seen)


def test_either_reason_is_enough_and_both_are_more() -> None:
    background = Background(0.3, 0.02)
    scores = np.linspace(-1, 1, 201, dtype=np.float32)
    shown = from_log_odds(fused(background, scores, None))
    assert np.allclose(shown, background.relevance(scores), atol=1e-6)
    for worth in (-0.4, 2.2, 12.0):
        both = fused(background, scores, worth)
        assert (np.diff(both) >= 0).all()
        assert (np.diff(both[scores > 0.1]) > 0).all()
        alone = float(from_log_odds(np.array([worth]))[0])
        assert np.allclose(from_log_odds(both), 1 - (1 - shown) * (1 - alone), atol=1e-5)


def test_rarer_words_are_worth_more_and_a_named_photo_always_was_meant() -> None:
    worths = [worth_of(matches, 10_000) for matches in (1, 10, 1000, 9000)]
    assert worths == sorted(worths, reverse=True)
    assert worths[-1] == pytest.approx(np.log(9))
    assert worth_of(0, 0) > 0

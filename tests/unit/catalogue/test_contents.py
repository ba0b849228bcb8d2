"""Contents and their embeddings: stored, linked, found again."""

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import Changes, ContentId, Counts, FileId, FolderState, PictureFacts
from tests.unit.catalogue.filling import DIM, FACTS, MODEL, fill, find, found, indexed, md5, stamp, vector


async def test_a_stored_picture_is_a_photo_with_all_its_facts(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    shift = await fill(catalogue, folder, {"a.jpg": "a"})
    photo = await catalogue.photo(md5("a"))
    assert photo is not None
    assert shift.appeared == [photo.content_id]
    assert shift.seq == await catalogue.seq() == 1
    assert (photo.facts, photo.size_bytes) == (FACTS, stamp("a").size_bytes)
    (file,) = photo.files
    assert (file.path, file.folder_id, file.online, file.mtime_ns) == (b"/p/a.jpg", folder.id, True, 1)
    assert await catalogue.counts(MODEL) == Counts(1, 1, 1, 0, 0)


async def test_facts_that_a_picture_lacks_stay_empty(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"a.png": "a"})
    (waiting,) = await catalogue.waiting_files(1)
    bare = PictureFacts("PNG", 1, 2)
    await catalogue.store([replace(indexed(waiting, "a"), facts=bare)], model_key=MODEL)
    photo = await catalogue.photo(md5("a"))
    assert photo is not None
    assert photo.facts == bare


async def test_storing_again_changes_only_the_facts(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"a.jpg": "a"})
    (waiting,) = await catalogue.waiting_files(1)
    first = await catalogue.store([indexed(waiting, "a")], model_key=MODEL)
    better = replace(indexed(waiting, "a"), facts=replace(FACTS, camera="another"), vector=vector("other"))
    second = await catalogue.store([better], model_key=MODEL)
    assert (second.seq, second.appeared, second.vanished) == (first.seq, [], [])
    assert (await catalogue.photos(first.appeared))[first.appeared[0]].facts.camera == "another"
    assert np.array_equal((await catalogue.embeddings(MODEL))[1], [vector("a")])


async def test_a_file_that_changed_meanwhile_is_not_linked_but_nothing_is_lost(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})
    a, b = await catalogue.waiting_files(2)
    await catalogue.record_changes(folder.id, Changes([found("a.jpg", "a", 2)], [b"b.jpg"]), model_key=MODEL)
    shift = await catalogue.store([indexed(a, "a"), indexed(b, "b")], model_key=MODEL)
    assert (shift.seq, shift.appeared) == (0, [])
    assert [one.size_known for one in await catalogue.waiting_files(2)] == [True]
    shift, unknown = await catalogue.record_copies([(a.file_id, stamp("a", 2), md5("a"))], model_key=MODEL)
    assert (len(shift.appeared), unknown) == (1, set())


async def test_copies_are_linked_where_the_content_is_known(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await find(catalogue, folder, {"a2.jpg": "a", "b.jpg": "b", "a3.jpg": "a"})
    by_path = {one.path: one for one in await catalogue.waiting_files(3)}
    a2, a3, b = (by_path[b"/p/" + name] for name in (b"a2.jpg", b"a3.jpg", b"b.jpg"))
    copies = [(a2.file_id, a2.stamp, md5("a")), (b.file_id, b.stamp, md5("b")), (a3.file_id, stamp("a", 9), md5("a"))]
    shift, unknown = await catalogue.record_copies(copies, model_key=MODEL)
    assert (shift.appeared, shift.vanished, unknown) == ([], [], {b.file_id})
    assert {one.path for one in await catalogue.waiting_files(3)} == {a3.path, b.path}


async def test_equal_new_files_of_one_batch_do_not_both_decode(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"1.jpg": "a", "2.jpg": "a", "3.jpg": "b"})
    assert [one.size_known for one in await catalogue.waiting_files(3)] == [True, True, False]


async def test_equal_files_stored_together_are_one_content(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    shift = await fill(catalogue, folder, {"1.jpg": "a", "2.jpg": "a"})
    assert len(shift.appeared) == 1
    assert await catalogue.counts(MODEL) == Counts(2, 1, 1, 0, 0)


async def test_the_preferred_file_is_online_then_the_oldest(catalogue: Catalogue) -> None:
    one, two = await catalogue.add_folder(b"/one"), await catalogue.add_folder(b"/two")
    await fill(catalogue, one, {"1.jpg": "a", "2.jpg": "a"})
    await fill(catalogue, two, {"3.jpg": "a", "4.jpg": "a"})
    await catalogue.mark_missing(two.id, [b"3.jpg"])
    await catalogue.set_folder_state(one.id, FolderState.OFFLINE)
    photo = await catalogue.photo(md5("a"))
    assert photo is not None
    assert [file.path for file in photo.files] == [b"/two/4.jpg", b"/one/1.jpg", b"/one/2.jpg", b"/two/3.jpg"]
    (waiting,) = await catalogue.waiting_contents("other", 5)
    assert waiting.path == b"/two/4.jpg"


async def test_photos_come_in_the_order_asked_for_and_gone_ones_not_at_all(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    a, b, c = (await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b", "c.jpg": "c"})).appeared
    await catalogue.record_changes(folder.id, Changes(vanished=[b"b.jpg"]), model_key=MODEL)
    assert list(await catalogue.photos([c, b, a])) == [c, a]
    assert await catalogue.photo(md5("nowhere")) is None


async def test_another_model_waits_for_every_content_and_moves_the_sequence(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    a, b = (await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})).appeared
    assert (await catalogue.counts("model-b")).waiting == 2
    assert [one.content_id for one in await catalogue.waiting_contents("model-b", 5)] == [a, b]
    (waiting,) = await catalogue.waiting_contents("model-b", 5, skip=[a])
    assert (waiting.md5, waiting.path, waiting.stamp) == (md5("b"), b"/p/b.jpg", stamp("b"))
    assert await catalogue.waiting_contents("", 5) == []
    assert (await catalogue.counts("")) == Counts(2, 2, 0, 2, 0)
    seq = await catalogue.seq()
    shift = await catalogue.record_changes(folder.id, Changes(vanished=[b"a.jpg"]), model_key="model-b")
    assert shift.vanished == []
    assert shift.seq == seq + 1, "an index of model-a is stale now"


async def test_embeddings_come_back_bit_for_bit(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    names = "abcdefgh"
    await fill(catalogue, folder, {f"{name}.jpg": name for name in names})
    ids, vectors = await catalogue.embeddings(MODEL)
    assert (str(ids.dtype), str(vectors.dtype), vectors.shape) == ("int64", "float32", (len(names), DIM))
    photos = await catalogue.photos(ids.tolist())
    by_md5 = {photos[number].md5: row for number, row in zip(ids.tolist(), vectors, strict=True)}
    assert all(np.array_equal(by_md5[md5(name)], vector(name)) for name in names)
    some, _ = await catalogue.embeddings(MODEL, [*ids[2:4].tolist(), ContentId(999)])
    assert sorted(some) == sorted(ids[2:4])


async def test_a_model_without_embeddings_has_none(catalogue: Catalogue) -> None:
    ids, vectors = await catalogue.embeddings("unheard-of")
    assert (ids.shape, vectors.shape) == ((0,), (0, 0))


async def test_embeddings_of_orphans_stay_but_are_not_searched(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    a, b = (await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})).appeared
    await catalogue.record_changes(folder.id, Changes(vanished=[b"a.jpg"]), model_key=MODEL)
    assert (await catalogue.embeddings(MODEL))[0].tolist() == [b]
    assert (await catalogue.embeddings(MODEL, [a, b]))[0].tolist() == [b]


async def test_a_vector_of_another_length_is_refused_whole(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await find(catalogue, folder, {"b.jpg": "b"})
    (waiting,) = await catalogue.waiting_files(1)
    longer = replace(indexed(waiting, "b"), vector=np.ones(DIM + 1, np.float32))
    with pytest.raises(ValueError, match="dimensions"):
        await catalogue.store([longer], model_key=MODEL)
    assert (await catalogue.counts(MODEL)).contents == 1


async def test_damaged_and_swapped_vectors_are_thrown_away_and_wait_again(
    catalogue: Catalogue, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {f"{name}.jpg": name for name in "abcd"})
    with sqlite3.connect(place) as other:
        other.execute("UPDATE embeddings SET vector = zeroblob(length(vector)) WHERE id = 1")
        rows = dict(other.execute("SELECT id, vector FROM embeddings WHERE id IN (2, 3)").fetchall())
        other.executemany("UPDATE embeddings SET vector = ? WHERE id = ?", [(rows[2], 3), (rows[3], 2)])
    other.close()
    seq = await catalogue.seq()
    assert len(await catalogue.check()) == 3
    with caplog.at_level(logging.WARNING):
        ids, _ = await catalogue.embeddings(MODEL)
    assert ids.tolist() == [4]
    assert "3 damaged embeddings" in caplog.text
    assert await catalogue.seq() == seq + 1
    assert len(await catalogue.waiting_contents(MODEL, 10)) == (await catalogue.counts(MODEL)).waiting == 3


async def test_a_page_of_files_goes_on_where_the_last_one_ended(catalogue: Catalogue) -> None:
    one, two = await catalogue.add_folder(b"/one"), await catalogue.add_folder(b"/two")
    await fill(catalogue, one, {f"{name}.jpg": name for name in "abc"})
    await fill(catalogue, two, {"d.jpg": "d"})
    await find(catalogue, two, {"waiting.jpg": "e"})
    first = await catalogue.files_page(2)
    second = await catalogue.files_page(2, first[-1][0].id)
    assert [file.path for file, _, _ in first + second] == [b"/one/a.jpg", b"/one/b.jpg", b"/one/c.jpg", b"/two/d.jpg"]
    assert [(file.path, content) for file, content, _ in await catalogue.files_page(9, None, two.id)] == [
        (b"/two/d.jpg", md5("d"))
    ]
    assert await catalogue.files_page(9, FileId(99)) == []


async def test_what_a_forgotten_model_took_is_given_back_to_the_disk(place: Path) -> None:
    catalogue = await Catalogue.open(place)
    folder = await catalogue.add_folder(b"/p")
    files = {f"/p/{number}.jpg".encode(): f"a{number}" for number in range(200)}
    await find(catalogue, folder, {path[3:].decode(): name for path, name in files.items()})
    waiting = await catalogue.waiting_files(1000)
    small = [indexed(one, files[one.path]) for one in waiting]
    large = np.full(4096, 1 / 64, np.float32)
    await catalogue.store([replace(one, vector=large) for one in small], model_key="large")
    await catalogue.store(small, model_key=MODEL)
    photos = [await catalogue.photo(one.md5) for one in small]
    _, forgotten = await catalogue.forget_embeddings("large", 1000)
    assert forgotten == 200
    await catalogue.close()
    before = place.stat().st_size
    assert before > 200 * large.nbytes
    catalogue = await Catalogue.open(place)
    await catalogue.shrink()
    assert await catalogue.check() == []
    assert [await catalogue.photo(one.md5) for one in small] == photos
    assert len((await catalogue.embeddings(MODEL))[0]) == 200
    await catalogue.close()
    assert place.stat().st_size < before - 200 * large.nbytes * 0.9

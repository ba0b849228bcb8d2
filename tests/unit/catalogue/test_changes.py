"""What a scan found, taken over: the heart of the catalogue."""

import os

from photoseek.catalogue import Catalogue
from photoseek.domain import Changes, FileStamp, FolderState
from tests.unit.catalogue.filling import MODEL, Clock, fill, find, found, md5, stamp


async def test_a_found_file_is_known_and_waits(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    shift = await find(catalogue, folder, {"x/a.jpg": "a"})
    assert (shift.seq, shift.appeared, shift.vanished) == (0, [], [])
    assert await catalogue.known_files(folder.id) == {b"x/a.jpg": stamp("a")}
    (waiting,) = await catalogue.waiting_files(10)
    assert (waiting.path, waiting.stamp, waiting.size_known) == (b"/p/x/a.jpg", stamp("a"), False)


async def test_names_that_are_no_text_come_back_byte_for_byte(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p\xff")
    names = [b"\xff\xfe.jpg", b"new\nline.jpg", "😀.jpg".encode(), b"quote'\".jpg", b"%_\\.jpg"]
    await catalogue.record_changes(folder.id, Changes([found(name, "a") for name in names]), model_key=MODEL)
    assert set(await catalogue.known_files(folder.id)) == set(names)
    assert {one.path for one in await catalogue.waiting_files(10)} == {b"/p\xff/" + name for name in names}


async def test_the_same_changes_again_change_nothing(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    before = await catalogue.seq(), await catalogue.files_page(10)
    shift = await find(catalogue, folder, {"a.jpg": "a"})
    assert (shift.appeared, shift.vanished) == ([], [])
    assert (await catalogue.seq(), await catalogue.files_page(10)) == before
    assert await catalogue.waiting_files(10) == []


async def test_another_stamp_makes_a_file_wait_and_its_content_vanish(catalogue: Catalogue, clock: Clock) -> None:
    folder = await catalogue.add_folder(b"/p")
    (content,) = (await fill(catalogue, folder, {"a.jpg": "a"})).appeared
    shift = await catalogue.record_changes(folder.id, Changes([found("a.jpg", "a", 2)]), model_key=MODEL)
    assert (shift.appeared, shift.vanished) == ([], [content])
    assert [one.stamp for one in await catalogue.waiting_files(10)] == [stamp("a", 2)]
    assert await catalogue.photo(md5("a")) is None


async def test_a_rename_with_its_hash_means_nothing_for_the_index(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})
    seq = await catalogue.seq()
    moved = Changes([found("A.JPG", "a")], [b"a.jpg"], {b"A.JPG": md5("a")})
    shift = await catalogue.record_changes(folder.id, moved, model_key=MODEL)
    assert (shift.seq, shift.appeared, shift.vanished) == (seq, [], [])
    photo = await catalogue.photo(md5("a"))
    assert photo is not None
    assert [file.path for file in photo.files] == [b"/p/A.JPG"]
    assert await catalogue.waiting_files(10) == []


async def test_a_copy_with_its_hash_is_linked_at_once(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    shift = await catalogue.record_changes(
        folder.id, Changes([found("copy.jpg", "a")], [], {b"copy.jpg": md5("a")}), model_key=MODEL
    )
    assert (shift.appeared, shift.vanished) == ([], [])
    counts = await catalogue.counts(MODEL)
    assert (counts.photos, counts.contents, counts.waiting) == (2, 1, 0)


async def test_a_hash_that_does_not_fit_the_size_links_nothing(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await catalogue.record_changes(folder.id, Changes([found("b.jpg", "b")], [], {b"b.jpg": md5("a")}), model_key=MODEL)
    assert len(await catalogue.waiting_files(10)) == 1


async def test_a_content_outlives_its_last_file_and_comes_back_with_its_embedding(
    catalogue: Catalogue, clock: Clock
) -> None:
    folder = await catalogue.add_folder(b"/p")
    (content,) = (await fill(catalogue, folder, {"a.jpg": "a"})).appeared
    shift = await catalogue.record_changes(folder.id, Changes(vanished=[b"a.jpg"]), model_key=MODEL)
    assert shift.vanished == [content]
    back = Changes([found("b.jpg", "a")], [], {b"b.jpg": md5("a")})
    shift = await catalogue.record_changes(folder.id, back, model_key=MODEL)
    assert shift.appeared == [content]
    assert (await catalogue.counts(MODEL)).waiting == 0


async def test_orphans_are_forgotten_after_their_time_and_no_earlier(catalogue: Catalogue, clock: Clock) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b", "c.jpg": "c"})
    await catalogue.record_changes(folder.id, Changes(vanished=[b"a.jpg"]), model_key=MODEL)
    clock.now += 100
    await catalogue.record_changes(folder.id, Changes(vanished=[b"b.jpg"]), model_key=MODEL)
    assert await catalogue.forget_orphans(clock.now) == [md5("a")]
    assert await catalogue.forget_orphans(clock.now) == []
    assert await catalogue.forget_orphans(clock.now + 1) == [md5("b")]
    assert (await catalogue.counts(MODEL)).vectors == 1


async def test_a_problem_goes_when_the_file_changes(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"a.jpg": "a"})
    (waiting,) = await catalogue.waiting_files(10)
    await catalogue.record_problem(waiting.file_id, waiting.stamp, "truncated")
    await find(catalogue, folder, {"a.jpg": "a"})
    assert await catalogue.waiting_files(10) == []
    await catalogue.record_changes(folder.id, Changes([found("a.jpg", "a", 2)]), model_key=MODEL)
    assert await catalogue.problems(10) == []
    assert len(await catalogue.waiting_files(10)) == 1


async def test_known_files_at_and_below_a_place_are_only_those(catalogue: Catalogue) -> None:
    folder, other = await catalogue.add_folder(b"/p"), await catalogue.add_folder(b"/q")
    inside = "x", "x/a.jpg".replace("/", os.sep), "x/y/b.jpg".replace("/", os.sep)
    outside = "x.jpg", "x2/a.jpg".replace("/", os.sep), "X/a.jpg".replace("/", os.sep)
    await find(catalogue, folder, dict.fromkeys(inside + outside, "a"))
    await find(catalogue, other, dict.fromkeys(inside, "a"))
    assert set(await catalogue.known_files(folder.id, b"x")) == {path.encode() for path in inside}


async def test_an_offline_folder_neither_waits_nor_loses_photos(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await find(catalogue, folder, {"b.jpg": "b"})
    await catalogue.set_folder_state(folder.id, FolderState.OFFLINE)
    assert await catalogue.waiting_files(10) == []
    assert await catalogue.waiting_contents("other", 10) == []
    assert [online for _, _, online in await catalogue.files_page(10)] == [False]
    counts = await catalogue.counts(MODEL)
    assert (counts.photos, counts.vectors, counts.waiting) == (1, 1, 0)
    assert (await catalogue.counts("other")).waiting == 0


async def test_a_missing_file_counts_as_offline_and_survives_scans(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})
    await catalogue.mark_missing(folder.id, [b"a.jpg", b"unheard-of.jpg"])
    shift = await catalogue.record_changes(folder.id, Changes(vanished=[b"a.jpg"]), model_key=MODEL)
    assert shift.vanished == []
    assert await catalogue.missing_files(folder.id) == {b"a.jpg"}
    assert await catalogue.missing_in_folders() == {folder.id: 1}
    assert set(await catalogue.known_files(folder.id)) == {b"a.jpg", b"b.jpg"}
    photo = await catalogue.photo(md5("a"))
    assert photo is not None
    assert not photo.files[0].online
    assert (await catalogue.counts("other")).waiting == 1
    assert [one.md5 for one in await catalogue.waiting_contents("other", 10)] == [md5("b")]


async def test_a_missing_file_that_is_found_again_is_there_as_it_was(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await catalogue.mark_missing(folder.id, [b"a.jpg"])
    shift = await find(catalogue, folder, {"a.jpg": "a"})
    assert (shift.appeared, shift.vanished) == ([], [])
    assert await catalogue.missing_files(folder.id) == set()
    assert await catalogue.missing_in_folders() == {}
    assert await catalogue.waiting_files(10) == []


async def test_released_missing_files_are_gone(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    appeared = (await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})).appeared
    await catalogue.mark_missing(folder.id, [b"a.jpg"])
    shift = await catalogue.release_missing(folder.id, MODEL)
    assert shift.vanished == [appeared[0]]
    assert set(await catalogue.known_files(folder.id)) == {b"b.jpg"}


async def test_a_missing_file_goes_once_its_content_is_found_where_it_can_be_reached(catalogue: Catalogue) -> None:
    folder, other = await catalogue.add_folder(b"/p"), await catalogue.add_folder(b"/q")
    await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})
    await catalogue.mark_missing(folder.id, [b"a.jpg", b"b.jpg"])
    await catalogue.set_folder_state(other.id, FolderState.OFFLINE)
    away = Changes([found("a.jpg", "a")], [], {b"a.jpg": md5("a")})
    await catalogue.record_changes(other.id, away, model_key=MODEL)
    assert await catalogue.missing_files(folder.id) == {b"a.jpg", b"b.jpg"}
    await catalogue.set_folder_state(other.id, FolderState.WATCHING)
    there = Changes([found("b.jpg", "b")], [], {b"b.jpg": md5("b")})
    shift = await catalogue.record_changes(other.id, there, model_key=MODEL)
    assert (shift.appeared, shift.vanished) == ([], [])
    assert await catalogue.missing_files(folder.id) == {b"a.jpg"}
    assert await catalogue.check() == []


async def test_lost_is_what_lies_at_no_other_file_that_can_be_reached(catalogue: Catalogue) -> None:
    folder, here, away = [await catalogue.add_folder(path) for path in (b"/p", b"/here", b"/away")]
    await fill(catalogue, folder, {"1.jpg": "a", "2.jpg": "b", "3.jpg": "c", "4.jpg": "d", "5.jpg": "d", "6.jpg": "d"})
    await fill(catalogue, here, {"2.jpg": "b", "3.jpg": "c"})
    await fill(catalogue, away, {"1.jpg": "a"})
    await catalogue.mark_missing(here.id, [b"3.jpg"])
    await catalogue.set_folder_state(away.id, FolderState.OFFLINE)
    await find(catalogue, folder, {"unread.jpg": "e"})
    names = [b"1.jpg", b"2.jpg", b"3.jpg", b"4.jpg", b"5.jpg", b"unread.jpg", b"unheard-of.jpg"]
    lost = await catalogue.lost_files(folder.id, names)
    assert lost == {b"1.jpg": True, b"3.jpg": True, b"unread.jpg": False}
    assert await catalogue.lost_files(folder.id, [b"4.jpg", b"5.jpg", b"6.jpg"]) == {
        b"4.jpg": True,
        b"5.jpg": True,
        b"6.jpg": True,
    }


async def test_a_hundred_thousand_files_are_taken_over(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    names = [b"%03d/%06d.jpg" % (number % 300, number) for number in range(100_000)]
    changes = Changes([found(name, "a", number) for number, name in enumerate(names)])
    await catalogue.record_changes(folder.id, changes, model_key=MODEL)
    known = await catalogue.known_files(folder.id)
    assert len(known) == len(names)
    assert known[names[99_999]] == FileStamp(stamp("a").size_bytes, 99_999)
    assert (await catalogue.counts(MODEL)).waiting == 100_000
    first = await catalogue.waiting_files(300)
    second = await catalogue.waiting_files(300, skip={one.file_id for one in first})
    assert not {one.file_id for one in first} & {one.file_id for one in second}

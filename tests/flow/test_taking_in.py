"""From a file on the disk to a photo that is found, and back."""

import asyncio
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from photoseek.domain import FolderState, Md5, ModelIdentity
from photoseek.errors import FolderError, ModelError, QueryError
from photoseek.library import intake
from photoseek.scanning import hash_file
from tests.flow.house import FakeEmbedder, House, open_house
from tests.flow.scenes import draw


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "deep" / "er").mkdir(parents=True)
    for seed in range(9):
        draw(folder / ("deep/er" if seed % 2 else "") / f"{seed}.jpg", seed)
    return folder


@pytest.fixture
def one_photo(tmp_path: Path) -> Path:
    folder = tmp_path / "one"
    folder.mkdir()
    draw(folder / "0.png", 0)
    return folder


async def test_every_picture_of_a_new_folder_is_found(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        counts = await house.add(photos)
        assert (counts.photos, counts.contents, counts.vectors, counts.problems) == (9, 9, 9, 0)
        assert sorted(await house.names()) == [f"{seed}.jpg" for seed in range(9)]
        assert await house.catalogue.check() == []


async def test_a_second_start_embeds_nothing_and_finds_everything(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        before = await house.names()
    async with open_house(tmp_path) as house:
        counts = await house.settle()
        assert counts.vectors == 9
        assert await house.names() == before
        assert _embedded(house) == 0


async def test_it_is_idle_only_once_the_last_photo_can_be_searched(
    tmp_path: Path, one_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "own") as house:
        held, add = asyncio.Event(), house.vectors.add

        async def add_later(*change: Any) -> None:
            await held.wait()
            await add(*change)

        monkeypatch.setattr(house.vectors, "add", add_later)
        try:
            await house.library.add_folder(str(one_photo))
            await house.wait_until(lambda status: status.counts.vectors == 1)
            status = await house.library.status()
            assert (status.counts.waiting, status.progress.state) == (0, "indexing")
        finally:
            held.set()
        await house.settle()
        assert await house.names() == ["0.png"]


async def test_writing_down_what_a_scan_found_is_scanning(
    tmp_path: Path, one_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "own") as house:
        writing, held, record = asyncio.Event(), asyncio.Event(), house.catalogue.record_changes

        async def record_later(*args: Any, **kwargs: Any) -> Any:
            writing.set()
            await held.wait()
            return await record(*args, **kwargs)

        monkeypatch.setattr(house.catalogue, "record_changes", record_later)
        try:
            await house.library.add_folder(str(one_photo))
            await writing.wait()
            status = await house.library.status()
            assert (status.counts.waiting, status.progress.state) == (0, "scanning")
        finally:
            held.set()
        await house.settle()


async def test_a_scan_that_ends_while_it_is_counted_does_not_look_as_if_nothing_had_been_found(
    tmp_path: Path, one_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "own") as house:
        await house.settle()
        counted, record, count = asyncio.Event(), house.catalogue.record_changes, house.catalogue.counts

        async def record_later(*args: Any, **kwargs: Any) -> Any:
            await counted.wait()
            return await record(*args, **kwargs)

        async def count_and_let_the_scan_end(model_key: str) -> Any:
            counts = await count(model_key)
            counted.set()
            while house.library._upkeep.scanning:
                await house.library._tally.beyond(house.library._tally.now)
            return counts

        with monkeypatch.context() as held:
            held.setattr(house.catalogue, "record_changes", record_later)
            held.setattr(house.catalogue, "counts", count_and_let_the_scan_end)
            await house.library.add_folder(str(one_photo))
            status = await house.library.status()
        assert (status.counts.waiting, status.progress.state) == (0, "scanning")
        assert (await house.settle()).photos == 1


async def test_saving_the_vectors_is_no_work_that_anybody_waits_for(
    tmp_path: Path, one_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "own") as house:
        await house.add(one_photo)
        saving, held, save = asyncio.Event(), asyncio.Event(), house.vectors.save

        async def save_later() -> None:
            saving.set()
            await held.wait()
            await save()

        monkeypatch.setattr(house.vectors, "save", save_later)
        saved = asyncio.create_task(house.library._index.save())
        await saving.wait()
        assert (await house.library.status()).progress.state == "idle"
        held.set()
        await saved


class SlowModel(FakeEmbedder):
    """Answers nothing until it has been seen how much is asked of it at once."""

    asked = 0

    async def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += 1
        if self.asked == 3:
            self.three.set()
        if self.asked == 4:
            self.four.set()
        await self.go_on.wait()
        return await super().embed_pixels(pixels)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.three, self.four, self.go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()


async def test_at_most_three_batches_are_in_flight(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for seed in range(24):
        draw(tmp_path / "photos" / f"{seed}.png", seed)
    model = SlowModel()
    async with open_house(tmp_path, embedder=model) as house:
        await house.library.add_folder(str(tmp_path / "photos"))
        await asyncio.wait_for(model.three.wait(), 60)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(model.four.wait(), 0.5)
        model.go_on.set()
        assert (await house.settle()).vectors == 24
    assert max(model.batches) == model.identity.batch


class NoModel(FakeEmbedder):
    """As on a computer without a network and without the starter."""

    async def identify(self) -> ModelIdentity:
        raise ModelError("There is no model.", "Install one.")


async def test_without_a_model_all_waits_also_what_another_model_knows_and_the_reason_is_said(
    tmp_path: Path, photos: Path
) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
    async with open_house(tmp_path, embedder=NoModel()) as house:
        await house.wait_until(lambda status: status.progress.note == "There is no model. Install one.")
        status = await house.library.status()
        assert (status.progress.state, status.counts.vectors, status.counts.waiting) == ("indexing", 0, 9)
        with pytest.raises(ModelError, match="no model"):
            await house.search("x")


async def test_a_copy_is_a_further_file_of_its_photo_and_costs_nothing(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        shutil.copy(photos / "0.jpg", photos / "copy.jpg")
        counts = await house.rescan()
        assert (counts.photos, counts.contents) == (10, 9)
        assert _embedded(house) == 9
        [hit] = [hit for hit in (await house.search("x")).hits if len(hit.photo.files) == 2]
        assert {Path(os.fsdecode(file.path)).name for file in hit.photo.files} == {"0.jpg", "copy.jpg"}


async def test_a_hundred_copies_at_once_are_decoded_and_embedded_once(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    original = draw(folder / "original.jpg", 1)
    for number in range(100):
        shutil.copy(original, folder / f"{number}.jpg")
    async with open_house(tmp_path) as house:
        counts = await house.add(folder)
        assert (counts.photos, counts.contents, counts.vectors) == (101, 1, 1)
        assert _embedded(house) == 1


async def test_different_pictures_of_one_size_are_all_taken(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(40):
        draw(folder / f"{seed}.bmp", seed)
    async with open_house(tmp_path) as house:
        counts = await house.add(folder)
        assert len({path.stat().st_size for path in folder.iterdir()}) == 1
        assert (counts.photos, counts.contents, _embedded(house)) == (40, 40, 40)


async def test_a_deleted_file_is_not_found_any_more_and_comes_back_without_embedding(
    tmp_path: Path, photos: Path
) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        (photos / "0.jpg").rename(tmp_path / "away.jpg")
        counts = await house.rescan()
        assert (counts.photos, counts.vectors) == (8, 8)
        assert "0.jpg" not in await house.names()
        (tmp_path / "away.jpg").rename(photos / "again.jpg")
        counts = await house.rescan()
        assert (counts.photos, counts.vectors, _embedded(house)) == (9, 9, 9)
        assert "again.jpg" in await house.names()


async def test_a_renamed_tree_is_never_missing_and_embeds_nothing(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        before = (await house.library.status()).counts
        (photos / "deep").rename(photos / "elsewhere")
        assert await house.rescan() == before
        assert _embedded(house) == 9


def test_the_end_of_the_daemon_does_not_wait_for_a_renamed_tree_to_be_hashed(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[bytes] = []
    begun, ended = threading.Event(), threading.Event()

    def hash_slowly(path: bytes) -> Md5:
        hashed.append(path)
        begun.set()
        ended.wait()
        return hash_file(path)

    async def rename_and_end() -> None:
        async with open_house(tmp_path) as house:
            await house.add(photos)
            (photos / "deep").rename(photos / "elsewhere")
            await house.library.rescan()
            await asyncio.to_thread(begun.wait)
        ended.set()

    monkeypatch.setattr(intake, "hash_file", hash_slowly)
    asyncio.run(rename_and_end())  # which waits for all threads
    assert len(hashed) == 1


async def test_a_changed_file_is_a_new_photo(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        draw(photos / "0.jpg", 77, (80, 60))
        counts = await house.rescan()
        assert (counts.photos, counts.contents, counts.vectors, _embedded(house)) == (9, 9, 9, 10)


async def test_removing_a_folder_forgets_its_photos_and_adding_it_again_embeds_nothing(
    tmp_path: Path, photos: Path
) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        [folder] = await house.library.folders()
        await house.library.remove_folder(folder.folder.id)
        assert await house.names() == []
        assert (await house.add(photos)).vectors == 9
        assert _embedded(house) == 9


async def test_photoseeks_own_thumbnails_are_no_photos(tmp_path: Path, photos: Path) -> None:
    async with open_house(photos / "mine") as house:
        assert (await house.add(photos)).photos == 9
        assert (await house.rescan()).photos == 9


async def test_folders_that_cannot_be_watched_are_refused_at_once(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        for bad in (photos, photos / "deep", tmp_path, tmp_path / "nowhere", photos / "0.jpg"):
            with pytest.raises(FolderError) as caught:
                await house.library.add_folder(str(bad))
            assert caught.value.hint


async def test_of_two_folders_that_overlap_and_are_added_at_once_one_is_watched(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        both = [house.library.add_folder(str(folder)) for folder in (photos, photos / "deep")]
        [error] = [one for one in await asyncio.gather(*both, return_exceptions=True) if isinstance(one, FolderError)]
        assert "watched" in error.message
        assert len(await house.library.folders()) == 1


async def test_pages_follow_each_other_without_gap_or_repeat_while_photos_come_in(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        first = await house.search("dog", limit=4)
        draw(photos / "new.jpg", 55)
        await house.rescan()
        seen = [hit.photo.id for hit in first.hits]
        cursor = first.next_cursor
        while cursor:
            page = await house.search("dog", limit=4, cursor=cursor)
            seen += [hit.photo.id for hit in page.hits]
            cursor = page.next_cursor
        old = {hit.photo.id for hit in (await house.search("dog")).hits} - set(seen)
        assert len(seen) == len(set(seen))
        assert len(old) <= 1  # the new one, where it ranks above the first page's end


async def test_an_empty_query_and_a_foreign_cursor_are_errors(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        for query, cursor in (("  ", None), ("dog", "nonsense"), ("dog", "AAAA")):
            with pytest.raises(QueryError):
                await house.search(query, cursor=cursor)


async def test_pausing_stops_the_work_and_outlives_a_restart(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.library.pause()
        await house.library.add_folder(str(photos))
        await house.wait_until(lambda status: status.counts.waiting == 9)
    async with open_house(tmp_path) as house:
        status = await house.library.status()
        assert (status.progress.state, status.counts.waiting) == ("paused", 9), "from the first moment on"
        assert _embedded(house) == 0
        await house.library.resume()
        assert (await house.settle()).vectors == 9


async def test_an_unreachable_folder_keeps_its_photos_and_their_thumbnails(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        photos.rename(tmp_path / "unplugged")
        counts = await house.rescan()
        assert (counts.photos, counts.vectors, counts.waiting) == (9, 9, 0)
        answer = await house.search("dog")
        assert {file.online for hit in answer.hits for file in hit.photo.files} == {False}
        for hit in answer.hits:
            path, drawn_px = await house.library.thumbnail(hit.photo.id, 1024)
            assert drawn_px == 256
            assert path.read_bytes().startswith(b"\xff\xd8")
        (tmp_path / "unplugged").rename(photos)
        await house.rescan()
        assert {file.online for hit in (await house.search("dog")).hits for file in hit.photo.files} == {True}
        assert _embedded(house) == 9


async def test_what_could_not_be_read_before_a_disk_went_is_tried_again_when_it_is_back(
    tmp_path: Path, photos: Path
) -> None:
    async def go_and_return() -> float:
        photos.rename(tmp_path / "away")
        await house.rescan()
        (tmp_path / "away").rename(photos)
        await house.rescan()
        [problem] = await house.library.problems(9)
        return problem.seen_at

    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    async with open_house(tmp_path) as house:
        assert (await house.add(photos)).problems == 1
        [problem] = await house.library.problems(9)
        again = await go_and_return()
        assert again > problem.seen_at
        await house.rescan()
        assert await go_and_return() == again


async def test_an_empty_mount_point_keeps_even_a_few_photos(tmp_path: Path, photos: Path) -> None:
    for path in sorted(photos.iterdir()):
        if path.name != "0.jpg":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    async with open_house(tmp_path) as house:
        assert (await house.add(photos)).photos == 1
        (photos / "0.jpg").rename(tmp_path / "0.jpg")
        counts = await house.rescan()
        [folder] = await house.library.folders()
        assert (counts.photos, counts.vectors, folder.folder.state) == (1, 1, FolderState.OFFLINE)
        assert folder.folder.note
        (tmp_path / "0.jpg").rename(photos / "0.jpg")
        await house.rescan()
        [folder] = await house.library.folders()
        assert folder.folder.state is not FolderState.OFFLINE
        assert folder.folder.last_scan_at
        assert _embedded(house) == 1


async def test_a_photo_that_is_looked_for_while_its_disk_is_away_is_not_gone(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        counts = await house.add(photos)
        photos.rename(tmp_path / "disk")
        photos.mkdir()
        (photos / "not mounted.txt").touch()
        assert await house.rescan() == counts
        await house.library._upkeep.look_again(os.fsencode(photos / "0.jpg"))
        [folder] = await house.library.folders()
        assert (folder.photos, folder.folder.state) == (counts.photos, FolderState.OFFLINE)


async def test_over_half_of_the_photos_gone_at_once_are_kept_as_offline(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.add(photos)
        for seed in range(6):
            next(photos.rglob(f"{seed}.jpg")).rename(tmp_path / f"{seed}.jpg")
        counts = await house.rescan()
        hits = (await house.search("dog")).hits
        assert (counts.photos, sum(not hit.photo.files[0].online for hit in hits)) == (9, 6)
        for seed in range(6):
            (tmp_path / f"{seed}.jpg").rename(photos / f"{seed}.jpg")
        await house.rescan()
        hits = (await house.search("dog")).hits
        assert sum(not hit.photo.files[0].online for hit in hits) == 0
        assert _embedded(house) == 9


def _embedded(house: House) -> int:
    assert isinstance(house.embedder, FakeEmbedder)
    return house.embedder.embedded

"""What lies on the disk is what is found, soon after another process changed it, whatever the system keeps quiet."""

import asyncio
import errno
import itertools
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from watchdog.observers.api import EventEmitter

from photoseek import service
from photoseek.catalogue import DiskFullError
from photoseek.domain import FileStamp, FolderState, FolderStatus, Status
from photoseek.library import upkeep
from photoseek.scanning import walk
from photoseek.settings import ScanningSettings, Settings
from photoseek.watching import settling
from photoseek.watching.hints import HintHandler
from tests.flow.house import FakeEmbedder, House, open_house
from tests.flow.mounting import small_disk

SOON_S = 0.4
DISTINCT = 2_000
"""Photos in a burst of files, the others are copies: it shows that no event is lost, and decoding takes longest."""

MANY_DISKS = 40
"""More than Python has threads for what blocks, however many processors there are."""

_numbers = itertools.count()

WRITER = """
import os, shutil, sys, time
from pathlib import Path
base = Path("base.txt").read_bytes() if os.path.exists("base.txt") else b""
def picture(n):
    text = b"%d" % n + b"." * (n % 10_000)
    return base[:2] + b"\\xff\\xfe" + (len(text) + 2).to_bytes(2, "big") + text + base[2:]
"""
"""A picture with another comment each time: other bytes and another size, as with real ones, and little work."""


def a_jpeg(size: int = 8) -> bytes:
    """A small picture that is like no other."""
    picture = Image.effect_noise((size, size), 50 + next(_numbers)).convert("RGB")
    stream = BytesIO()
    picture.save(stream, "JPEG")
    return stream.getvalue()


async def elsewhere(folder: Path, program: str) -> None:
    """Run a program in another process, in a folder; ``picture(n)`` makes the bytes of picture number n."""
    (folder / "base.txt").write_bytes(a_jpeg())
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER + program, cwd=folder)
    assert await process.wait() == 0


def embedded(house: House) -> int:
    assert isinstance(house.embedder, FakeEmbedder)
    return house.embedder.embedded


async def until_photos(house: House, number: int) -> None:
    """Wait until there are so many photos and nothing waits, scans or is a problem."""
    await house.wait_until(
        lambda status: (
            (status.counts.photos, status.counts.waiting, status.counts.problems) == (number, 0, 0)
            and status.progress.state == "idle"
        )
    )


def the_folder(status: Status) -> FolderStatus:
    [folder] = status.folders
    return folder


def is_in(state: FolderState, status: Status) -> bool:
    return the_folder(status).folder.state is state


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch, soon_settled: None) -> None:
    """What happens every few seconds or each minute happens at once."""
    monkeypatch.setattr("photoseek.library.upkeep.LOOK_S", 0.1)
    monkeypatch.setattr("photoseek.library.upkeep.POLL_S", 0.3)


@pytest.fixture
def soon_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was heard of comes to rest sooner."""
    monkeypatch.setattr("photoseek.watching.settling.QUIET_S", SOON_S)


@pytest.fixture
async def house(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, soon_settled: None
) -> AsyncIterator[House]:
    """A house that watches the root, in which nothing is yet; it learns of changes by events or never."""
    monkeypatch.setattr("photoseek.library.upkeep.LOOK_S", 3600.0)
    async with open_house(tmp_path, settings=Settings()) as house:
        await house.add(root)
        await house.wait_until(lambda status: is_in(FolderState.WATCHING, status))
        yield house


async def test_what_another_process_writes_links_moves_in_and_overwrites_is_found(
    tmp_path: Path, root: Path, house: House
) -> None:
    (tmp_path / "in.jpg").write_bytes(a_jpeg())
    await elsewhere(root, "Path('a.jpg').write_bytes(picture(1))")
    await until_photos(house, 1)
    await elsewhere(root, "os.link('a.jpg', 'b.jpg'); os.rename('../in.jpg', 'in.jpg')")
    await until_photos(house, 3)
    assert embedded(house) == 2
    await elsewhere(root, "Path('in.jpg').write_bytes(picture(2))")
    await house.wait_until(lambda status: embedded(house) == 3)
    await until_photos(house, 3)
    assert the_folder(await house.library.status()).folder.note == ""


async def test_a_folder_that_goes_before_the_first_look_at_its_root_is_missed_at_the_next(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.library.upkeep.LOOK_S", 1.0)
    Path(root, "a.jpg").write_bytes(a_jpeg())
    async with open_house(tmp_path) as house:
        await house.settle()
        await asyncio.sleep(0.1)  # roots were looked at for the first time, and there is none yet
        await house.add(root)
        root.rename(tmp_path / "away")
        await house.wait_until(lambda status: is_in(FolderState.OFFLINE, status))


async def test_what_is_deleted_or_moved_away_is_not_found_any_more(tmp_path: Path, root: Path, house: House) -> None:
    await elsewhere(root, "for n in range(9): Path(f'{n}.jpg').write_bytes(picture(n))")
    await until_photos(house, 9)
    await elsewhere(root, "os.unlink('0.jpg'); os.rename('1.jpg', '../1.jpg')")
    await until_photos(house, 7)


async def test_what_a_program_deletes_one_after_another_is_one_loss(
    root: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        (root / f"{number % 4}").mkdir(exist_ok=True)
        (root / f"{number % 4}" / f"{number}.jpg").write_bytes(a_jpeg())
    await until_photos(house, 40)
    monkeypatch.setattr("photoseek.watching.settling.QUIET_S", 1.0)
    await elsewhere(root, "for path in sorted(Path().rglob('*.jpg'))[:30]: path.unlink(); time.sleep(.04)")
    await house.wait_until(lambda status: the_folder(status).missing == 30)
    assert (await house.library.status()).counts.photos == 40


async def test_a_new_deep_tree_is_found(root: Path, house: House) -> None:
    await elsewhere(
        root,
        "for n in range(40):\n folder = Path('new', *'abcdefgh'[:n % 8 + 1])\n"
        " folder.mkdir(parents=True, exist_ok=True)\n"
        " (folder / f'{n}.jpg').write_bytes(picture(n))",
    )
    await until_photos(house, 40)
    await elsewhere(root, "Path('new/a/b/c/d/later.jpg').write_bytes(picture(99))")
    await until_photos(house, 41)


async def test_a_moved_tree_and_renamed_files_embed_nothing(root: Path, house: House) -> None:
    await elsewhere(
        root,
        "for n in range(60):\n folder = Path(f'old/{n % 6}')\n folder.mkdir(parents=True, exist_ok=True)\n"
        " (folder / f'{n}.jpg').write_bytes(picture(n))",
    )
    await until_photos(house, 60)
    await elsewhere(root, "os.rename('old', 'new'); os.rename('new/1/1.jpg', 'new/1/1.JPG')")
    await house.wait_until(lambda status: status.progress.state == "idle")
    await wait_for_names(house, root, 60)
    assert embedded(house) == 60


async def wait_for_names(house: House, root: Path, number: int) -> None:
    """Wait until the catalogue has just the paths that are on the disk."""
    on_disk = {os.fsencode(path) for path in root.rglob("*") if path.suffix.lower() == ".jpg"}
    assert len(on_disk) == number
    async with asyncio.timeout(60):
        while {file.path for file, _, _ in await house.library.files_page(1000)} != on_disk:
            await house.wait_until(lambda _: True)
            await asyncio.sleep(0.05)


async def test_a_folder_that_is_moved_out_and_in_again_embeds_nothing_and_is_heard(
    tmp_path: Path, root: Path, house: House
) -> None:
    await elsewhere(
        root, "os.mkdir('a'); os.mkdir('b')\nfor n in range(8): Path('ab'[n % 2], f'{n}.jpg').write_bytes(picture(n))"
    )
    await until_photos(house, 8)
    await elsewhere(root, "os.rename('a', '../a')")
    await until_photos(house, 4)
    await elsewhere(root, "os.rename('../a', 'c')")
    await until_photos(house, 8)
    await elsewhere(root, "Path('c/new.jpg').write_bytes(picture(99))")
    await until_photos(house, 9)
    assert embedded(house) == 9


async def test_a_file_that_grows_for_long_is_embedded_once_and_whole(root: Path, house: House) -> None:
    (root / "large.txt").write_bytes(a_jpeg(600))
    await elsewhere(
        root,
        "whole = Path('large.txt').read_bytes()\nwith open('a.jpg', 'wb', buffering=0) as file:\n"
        " for n in range(10):\n  file.write(whole[n * len(whole) // 10:(n + 1) * len(whole) // 10])\n  time.sleep(0.1)",
    )
    await until_photos(house, 1)
    assert embedded(house) == 1
    [(file, _, _)] = await house.library.files_page(10)
    assert file.stamp.size_bytes == (root / "large.txt").stat().st_size


async def test_a_burst_in_many_folders_is_indexed_whole(root: Path, house: House) -> None:
    await elsewhere(
        root,
        "for n in range(2000):\n folder = Path(str(n % 100))\n folder.mkdir(exist_ok=True)\n"
        " (folder / f'{n}.jpg').write_bytes(picture(n))",
    )
    await until_photos(house, 2000)
    assert embedded(house) == 2000
    assert await house.catalogue.check() == []


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_burst_of_20_000_files_is_indexed_whole(
    root: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.flow.house.PATIENCE_S", 500)
    assert isinstance(house.embedder, FakeEmbedder)
    house.embedder.identity = replace(house.embedder.identity, batch=64)  # as large as a real model's
    await elsewhere(
        root,
        "for n in range(20_000):\n folder = Path(str(n % 100))\n folder.mkdir(exist_ok=True)\n"
        f" (folder / f'{{n}}.jpg').write_bytes(picture(n % {DISTINCT}))",
    )
    await until_photos(house, 20_000)
    assert embedded(house) == DISTINCT


async def test_links_that_lead_in_circles_end_and_a_linked_folder_is_polled(
    tmp_path: Path, root: Path, quick_looks: None
) -> None:
    (tmp_path / "away").mkdir()
    async with open_house(tmp_path) as house:
        (root / "circle").symlink_to(root)
        for link in ("away", "the-same"):
            (root / link).symlink_to(tmp_path / "away")
        (root / "a.jpg").write_bytes(a_jpeg())
        assert (await house.add(root)).photos == 1
        await elsewhere(tmp_path / "away", "Path('b.jpg').write_bytes(picture(1))")
        await until_photos(house, 2)
        await house.wait_until(lambda status: is_in(FolderState.WATCHING, status))
        [folder] = await house.catalogue.folders()
        assert sorted(await house.catalogue.known_files(folder.id)) == [b"a.jpg", b"away/b.jpg"]


async def test_a_folder_with_a_link_in_it_is_found_once_however_it_came_to_be_looked_at(
    tmp_path: Path, root: Path, soon_settled: None
) -> None:
    for folder in (tmp_path / "away", root / "z"):
        folder.mkdir()
    (tmp_path / "away" / "b.jpg").write_bytes(a_jpeg())
    for link in ("away", "z/the-same"):
        (root / link).symlink_to(tmp_path / "away")
    async with open_house(tmp_path) as house:
        assert (await house.add(root)).photos == 1
        (root / "z" / "a.jpg").write_bytes(a_jpeg())
        (root / "z").rename(root / "y")
        await until_photos(house, 2)
        [watched] = await house.catalogue.folders()
        assert sorted(await house.catalogue.known_files(watched.id)) == [b"away/b.jpg", b"y/a.jpg"]


async def test_a_folder_that_may_be_read_after_all_is_gone_through_soon(
    tmp_path: Path, root: Path, quick_looks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = {root / "shut"}  # permissions don't keep root out
    real_scandir, real_access = os.scandir, os.access

    def scandir(path: Any = ".") -> Any:
        if not isinstance(path, int) and Path(os.fsdecode(path)) in shut:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(os.fsdecode(path)) not in shut and real_access(path, mode)
    )
    (root / "shut").mkdir()
    for place in ("a.jpg", "shut/b.jpg"):
        (root / place).write_bytes(a_jpeg())
    async with open_house(tmp_path) as house:
        assert (await house.add(root)).photos == 1
        assert "can't be read" in the_folder(await house.library.status()).folder.note
        shut.clear()
        await until_photos(house, 2)
        assert the_folder(await house.library.status()).folder.note == ""


@pytest.mark.parametrize(("kind", "events"), [("nfs4", True), ("", False)])
async def test_where_events_cannot_be_relied_on_the_folder_is_polled_and_says_why(
    tmp_path: Path, root: Path, quick_looks: None, monkeypatch: pytest.MonkeyPatch, kind: str, events: bool
) -> None:
    monkeypatch.setattr("photoseek.watching.watcher.network_kind", lambda path: kind)
    async with open_house(tmp_path, settings=Settings(scanning=ScanningSettings(events=events))) as house:
        await house.add(root)
        await house.wait_until(lambda status: is_in(FolderState.POLLING, status))
        assert (kind or "settings") in the_folder(await house.library.status()).folder.note
        await elsewhere(root, "Path('a.jpg').write_bytes(picture(1))")
        await house.wait_until(lambda status: status.counts.vectors == 1)
        assert not [thread for thread in threading.enumerate() if isinstance(thread, EventEmitter)]


async def test_a_refused_watch_is_tried_again_and_then_events_are_heard(
    tmp_path: Path, root: Path, quick_looks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.library.listening.RETRY_S", 0.2)
    kinds = ["nfs4"]
    monkeypatch.setattr("photoseek.watching.watcher.network_kind", lambda path: kinds[0])
    async with open_house(tmp_path) as house:
        await house.add(root)
        await house.wait_until(lambda status: is_in(FolderState.POLLING, status))
        kinds[0] = ""
        await house.wait_until(lambda status: is_in(FolderState.WATCHING, status))
        assert the_folder(await house.library.status()).folder.note == ""


async def test_a_watching_that_ends_is_noticed_and_replaced(tmp_path: Path, root: Path, quick_looks: None) -> None:
    (root / "first.jpg").write_bytes(a_jpeg())  # or the folder's filling would be noticed at its root
    async with open_house(tmp_path) as house:
        await house.add(root)
        await house.wait_until(lambda status: is_in(FolderState.WATCHING, status))
        [emitter] = [thread for thread in threading.enumerate() if isinstance(thread, EventEmitter)]
        emitter.stop()
        emitter.join()
        await elsewhere(root, "Path('a.jpg').write_bytes(picture(1))")
        await house.wait_until(lambda status: status.counts.vectors == 2)
        [another] = [thread for thread in threading.enumerate() if isinstance(thread, EventEmitter)]
        assert another is not emitter
        await elsewhere(root, "Path('b.jpg').write_bytes(picture(2))")
        await house.wait_until(lambda status: status.counts.vectors == 3)


async def test_a_root_that_goes_is_offline_and_one_that_returns_is_watched_again(
    tmp_path: Path, root: Path, quick_looks: None
) -> None:
    async with open_house(tmp_path) as house:
        for number in range(5):
            (root / f"{number}.jpg").write_bytes(a_jpeg())
        await house.add(root)
        root.rename(tmp_path / "gone")
        await house.wait_until(lambda status: is_in(FolderState.OFFLINE, status))
        assert (await house.library.status()).counts.photos == 5
        (tmp_path / "gone").rename(root)
        await house.wait_until(lambda status: is_in(FolderState.WATCHING, status))
        await elsewhere(root, "Path('new.jpg').write_bytes(picture(1))")
        await until_photos(house, 6)
        assert embedded(house) == 6


@pytest.mark.skipif(sys.platform != "linux", reason="an overflow of inotify")
async def test_after_an_overflow_everything_is_scanned(
    root: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HintHandler, "dispatch", lambda self, event: None)
    [inotify] = [thread for thread in threading.enumerate() if type(thread).__name__ == "TellingInotify"]
    held, go_on = type(inotify).handle_event, threading.Event()  # type: ignore[attr-defined]

    def hold(self: object, event: object) -> None:
        go_on.wait(60)
        held(self, event)

    monkeypatch.setattr(type(inotify), "handle_event", hold)
    queue = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    await elsewhere(root, f"for n in range({queue // 2 + 2000}): Path(f'{{n % 50}}.txt.{{n}}').write_bytes(b'')")
    await elsewhere(root, "Path('a.jpg').write_bytes(picture(1))")
    go_on.set()
    await until_photos(house, 1)


async def test_a_folder_that_is_removed_is_heard_of_no_more(root: Path, house: House) -> None:
    folder = the_folder(await house.library.status()).folder
    await house.library.remove_folder(folder.id)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, EventEmitter)]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system says what is only online")
async def test_what_is_only_online_is_counted_and_said(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        with (root / f"{number}.jpg").open("wb") as file:
            file.truncate(5000)
    monkeypatch.setattr("photoseek.scanning.placeholders._fuse_devices", lambda: frozenset({root.stat().st_dev}))
    async with open_house(tmp_path) as house:
        assert (await house.add(root)).photos == 0
        note = the_folder(await house.library.status()).folder.note
        assert note == "12 pictures only online: left alone, so that nothing is downloaded."


async def test_a_photo_that_changed_just_before_its_disk_went_is_not_taken_for_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soon_settled: None
) -> None:
    monkeypatch.setattr("photoseek.library.upkeep.LOOK_S", 3600.0)  # it is heard of the photo, not of the disk
    disk = tmp_path / "disk"
    async with open_house(tmp_path / "home") as house:
        with small_disk(disk, "1M"):
            for number in range(3):
                (disk / f"{number}.jpg").write_bytes(a_jpeg())
            await house.add(disk)
            await house.wait_until(lambda status: is_in(FolderState.WATCHING, status))
            (disk / "0.jpg").write_bytes(a_jpeg())
        await house.wait_until(lambda status: is_in(FolderState.OFFLINE, status))
        assert (await house.library.status()).counts.photos == 3


async def test_what_could_not_be_written_down_is_made_up_for_by_the_next_scan_whatever_that_is_for(
    house: House, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DiskFullError("The disk is full.")

    monkeypatch.setattr("photoseek.library.upkeep.RETRY_S", 3600.0)
    with monkeypatch.context() as full:
        full.setattr(house.catalogue, "known_files", refuse)
        (root / "a.jpg").write_bytes(a_jpeg())
        await house.wait_until(lambda status: "The disk is full." in status.progress.note)
    (root / "b.jpg").write_bytes(a_jpeg())
    await until_photos(house, 2)


async def test_a_folder_whose_disk_does_not_answer_keeps_no_other_from_being_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_looks: None
) -> None:
    stuck, other, answers = tmp_path / "stuck", tmp_path / "other", threading.Event()
    look_at = upkeep._look_at

    def look(root: bytes) -> upkeep.Presence:
        if root == os.fsencode(stuck):
            answers.wait(60)
        return look_at(root)

    async with open_house(tmp_path / "home", settings=Settings(scanning=ScanningSettings(events=False))) as house:
        for folder in (stuck, other):
            folder.mkdir()
            (folder / "a.jpg").write_bytes(a_jpeg())
            await house.add(folder)
        monkeypatch.setattr(upkeep, "_look_at", look)
        try:
            shutil.rmtree(other)
            await house.wait_until(lambda status: [one.folder.state for one in status.folders][1] == "offline")
        finally:
            answers.set()


async def test_a_photo_on_a_disk_that_does_not_answer_keeps_no_other_from_being_heard_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soon_settled: None
) -> None:
    stuck, other, answers = tmp_path / "stuck", tmp_path / "other", threading.Event()
    stamp_of, asked = settling._stamp_of, threading.Event()

    def look(path: bytes) -> FileStamp | None:
        if path.startswith(os.fsencode(stuck)):
            asked.set()
            answers.wait(60)
        return stamp_of(path)

    monkeypatch.setattr("photoseek.library.upkeep.LOOK_S", 3600.0)
    monkeypatch.setattr(settling, "_stamp_of", look)
    async with open_house(tmp_path / "home", settings=Settings()) as house:
        for folder in (stuck, other):
            folder.mkdir()
            await house.add(folder)
        try:
            (stuck / "a.jpg").write_bytes(a_jpeg())
            await asyncio.to_thread(asked.wait)
            (other / "b.jpg").write_bytes(a_jpeg())
            await until_photos(house, 1)
        finally:
            answers.set()
        await until_photos(house, 2)


async def test_a_photo_that_is_asked_for_on_a_disk_that_does_not_answer_keeps_nobody_else_waiting(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_file, asked, answers = os.path.isfile, threading.Event(), threading.Event()

    def look(path: bytes) -> bool:
        asked.set()
        answers.wait(60)
        return is_file(path)

    async with open_house(tmp_path / "home") as house:
        (root / "a.jpg").write_bytes(a_jpeg())
        await house.add(root)
        [hit] = (await house.search("anything")).hits
        with monkeypatch.context() as patch:
            patch.setattr(os.path, "isfile", look)
            opening = asyncio.create_task(house.library.file(hit.photo.id))
            try:
                await asyncio.to_thread(asked.wait)
                await house.search("something else")
                assert not opening.done()
            finally:
                answers.set()
        assert await opening == os.fsencode(root / "a.jpg")


async def test_a_start_waits_for_no_disk(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, resolved = Path.resolve, list[Path]()

    def look(path: Path, *, strict: bool = False) -> Path:
        resolved.append(path)
        return resolve(path, strict=strict)

    async with open_house(tmp_path / "home") as house:
        await house.add(root)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "resolve", look)
            await service._watch(house.library, ())
        assert root not in resolved


async def test_many_disks_that_do_not_answer_keep_nobody_from_seeing_photos(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, quick_looks: None
) -> None:
    look_at, answers, stuck = upkeep._look_at, threading.Event(), set()

    def look(folder: bytes) -> upkeep.Presence:
        if folder != os.fsencode(root):
            stuck.add(folder)
            answers.wait(60)
        return look_at(folder)

    async with open_house(tmp_path / "home", settings=Settings(scanning=ScanningSettings(events=False))) as house:
        (root / "a.jpg").write_bytes(a_jpeg())
        await house.add(root)
        for number in range(MANY_DISKS):
            (tmp_path / "disks" / str(number)).mkdir(parents=True)
            await house.library.add_folder(str(tmp_path / "disks" / str(number)))
        await house.settle()
        monkeypatch.setattr(upkeep, "_look_at", look)
        try:
            await house.wait_until(lambda _: len(stuck) == MANY_DISKS)
            [hit] = (await house.search("anything")).hits
            assert (await house.library.thumbnail(hit.photo.id, 256))[0].is_file()
        finally:
            answers.set()


async def test_a_folder_without_its_photos_is_not_gone_through_again_and_again(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_S", 0.02)
    heard = threading.Event()
    (root / "a.jpg").write_bytes(a_jpeg())
    (root / "letter.txt").write_text("no photo")
    async with open_house(tmp_path / "home", settings=Settings()) as house:
        await house.add(root)
        with monkeypatch.context() as deaf:  # it would be looked for once more when what was heard of it has settled
            deaf.setattr(HintHandler, "dispatch", lambda self, event: heard.set())
            (root / "a.jpg").rename(tmp_path / "a.jpg")
            assert await asyncio.to_thread(heard.wait, 60)
        await house.rescan()
        assert is_in(FolderState.OFFLINE, await house.library.status())
        scans, looks = Counter[bytes](), Counter[bytes]()
        monkeypatch.setattr("photoseek.library.intake.walk", counting(scans, walk))
        monkeypatch.setattr(upkeep, "_look_at", counting(looks, upkeep._look_at))
        await house.wait_until(lambda _: looks.total() >= 20)
        assert scans.total() == 0
        (tmp_path / "a.jpg").rename(root / "a.jpg")  # and is heard of at once when it comes back
        await house.wait_until(lambda status: is_in(FolderState.WATCHING, status))


def counting(calls: Counter[bytes], function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and its calls are counted by the folder they are for."""

    def count(root: bytes, *more: Any, **named: Any) -> Any:
        calls[root] += 1
        return function(root, *more, **named)

    return count


FEW_WATCHES = """
import asyncio, logging, os, sys
from pathlib import Path
from photoseek.library import upkeep
from tests.flow.house import open_house

Path("/proc/sys/user/max_inotify_watches").write_text("20")
logging.basicConfig(stream=sys.stdout, format="LOG %(message)s", level=logging.WARNING)
upkeep.LOOK_S, upkeep.POLL_S = 0.1, 0.3

async def main(home: Path, root: Path, jpeg: bytes) -> None:
    async with open_house(home) as house:
        await house.add(root)
        for number in range(60):
            folder = root / str(number)
            folder.mkdir(exist_ok=True)
            (folder / "a.jpg").write_bytes(jpeg)
        await house.wait_until(lambda status: status.counts.photos == 60 and not status.counts.waiting)
        await house.wait_until(lambda status: status.folders[0].folder.state == "polling")
        print(house.embedder.embedded, (await house.library.status()).folders[0].folder.note, sep="|")

if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]).read_bytes()))
"""


def test_beyond_the_limit_of_watches_every_file_is_indexed_all_the_same(tmp_path: Path, root: Path) -> None:
    """In a user namespace of its own, which has a limit of its own: other programs keep theirs."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-U", "-r", "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs a user namespace with a limit of its own")
    for number in range(30):
        (root / str(number)).mkdir()
    (tmp_path / "base.jpg").write_bytes(a_jpeg())
    (tmp_path / "few.py").write_text(FEW_WATCHES)
    places = [tmp_path / "few.py", tmp_path / "home", root, tmp_path / "base.jpg"]
    command = [unshare, "-U", "-r", sys.executable, *map(str, places)]
    repository = Path(__file__).parents[2]
    ran = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        env=os.environ | {"PYTHONPATH": str(repository)},
    )
    assert ran.returncode == 0, ran.stderr
    *logged, said = ran.stdout.splitlines()
    assert said.startswith("1|The system's limit of watched folders is reached")
    assert "sudo sysctl fs.inotify.max_user_watches=" in said
    assert len([line for line in logged if "limit" in line]) == 1

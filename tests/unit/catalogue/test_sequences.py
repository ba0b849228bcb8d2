"""Random lives of a library: after every step the rules hold and the shifts add up to what can be found."""

import random
import sqlite3
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import (
    Changes,
    FileStamp,
    Folder,
    FolderId,
    FolderState,
    FoundFile,
    Indexed,
    IndexShift,
    Md5,
    WaitingFile,
)
from tests.unit.catalogue.filling import FACTS, Clock, md5, vector

MODELS = ("model-a", "model-b")
NAMES = "abcdefgh"
STEPS = 120


class Disk:
    """The truth outside: what lies in each folder; path to (name of the content, stamp)."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.folders: dict[FolderId, dict[bytes, tuple[str, FileStamp]]] = {}
        self.written: dict[int, str] = {}

    def disturb(self, folder_id: FolderId) -> None:
        """Some files are written, copied, moved, deleted or touched."""
        files = self.folders[folder_id]
        for _ in range(self.dice.randint(1, 5)):
            path = b"%d.jpg" % self.dice.randint(0, 11)
            match self.dice.choice(("write", "write", "delete", "move", "touch")):
                case "write":
                    files[path] = self._write(self.dice.choice(NAMES))
                case "delete":
                    files.pop(path, None)
                case "move" if path in files:
                    files[b"%d.jpg" % self.dice.randint(0, 11)] = files.pop(path)
                case "touch" if path in files:
                    files[path] = self._write(files[path][0])
                case _:
                    pass

    def _write(self, name: str) -> tuple[str, FileStamp]:
        """Two contents share a size; no time is given twice."""
        tick = len(self.written) + 1
        self.written[tick] = name
        return name, FileStamp(1000 + ord(name) // 2, tick)


class Life:
    """A catalogue, the disk, and an index that only ever hears the shifts."""

    def __init__(self, catalogue: Catalogue, clock: Clock, seed: int) -> None:
        self.catalogue = catalogue
        self.clock = clock
        self.dice = random.Random(seed)
        self.disk = Disk(self.dice)
        self.folders: dict[FolderId, Folder] = {}
        self.index: set[int] = set()
        self.seq = 0
        self.read: list[Indexed] = []

    def hear(self, shift: IndexShift) -> None:
        appeared, vanished = set(shift.appeared), set(shift.vanished)
        assert not appeared & self.index, "appeared what was there"
        assert vanished <= self.index, "vanished what was not there"
        # It may go up without a shift for this model: another one's vectors shifted.
        assert shift.seq > self.seq if appeared or vanished else shift.seq >= self.seq
        self.index = (self.index | appeared) - vanished
        self.seq = shift.seq

    async def step(self) -> None:
        self.clock.now += 1
        often = [self.scan, self.scan, self.scan, self.index_some, self.index_some, self.copies]
        at_times = [self.add, self.remove, self.problem, self.retry, self.embed, self.late]
        seldom = [self.offline, self.miss, self.release, self.forget]
        await self.dice.choice([*often, *at_times, *seldom])()

    async def add(self) -> None:
        if len(self.folders) < 3:
            folder = await self.catalogue.add_folder(b"/%d" % self.dice.randrange(10**9))
            self.folders[folder.id] = folder
            self.disk.folders[folder.id] = {}

    async def remove(self) -> None:
        if len(self.folders) == 3:
            folder_id = self._some_folder()
            self.hear(await self.catalogue.remove_folder(folder_id, MODELS[0]))
            del self.folders[folder_id], self.disk.folders[folder_id]

    async def scan(self) -> None:
        """With the hash of some found files, as intake has it."""
        if not self.folders:
            return
        folder_id = self._some_folder()
        self.disk.disturb(folder_id)
        there = self.disk.folders[folder_id]
        known = await self.catalogue.known_files(folder_id)
        missing = await self.catalogue.missing_files(folder_id)
        found = [
            FoundFile(path, stamp) for path, (_, stamp) in there.items() if known.get(path) != stamp or path in missing
        ]
        hashes = {one.path: md5(there[one.path][0]) for one in found if self.dice.random() < 0.5}
        changes = Changes(found, [path for path in known if path not in there], hashes)
        self.hear(await self.catalogue.record_changes(folder_id, changes, model_key=MODELS[0]))
        again = await self.catalogue.known_files(folder_id)
        assert {path: stamp for path, (_, stamp) in there.items()} == {
            path: stamp for path, stamp in again.items() if path in there
        }
        assert set(again) - set(there) == await self.catalogue.missing_files(folder_id) <= missing - set(there)

    async def index_some(self) -> None:
        indexed = await self._decode(self.dice.randint(1, 6))
        self.read += indexed
        if self.dice.random() < 0.3:
            return  # killed before anything was stored
        self.hear(await self.catalogue.store(indexed, model_key=MODELS[0]))
        self.hear(await self.catalogue.store(indexed, model_key=MODELS[0]))

    async def late(self) -> None:
        """What was read at some time comes in again: its file may be another by now, or gone."""
        again = self.dice.sample(self.read, min(len(self.read), 4))
        self.hear(await self.catalogue.store(again, model_key=MODELS[0]))

    async def copies(self) -> None:
        waiting = await self.catalogue.waiting_files(5)
        copies = [(one.file_id, one.stamp, self._md5(one)) for one in waiting]
        shift, unknown = await self.catalogue.record_copies(copies, model_key=MODELS[0])
        self.hear(shift)
        assert {one.file_id for one in await self.catalogue.waiting_files(5)} >= unknown

    async def problem(self) -> None:
        """A file that waits, or one that lies there well: its disk has a bad day."""
        pages = await self.catalogue.files_page(100)
        if self.dice.random() < 0.5 and pages:
            file = self.dice.choice(pages)[0]
            shift = await self.catalogue.record_problem(file.id, file.stamp, "odd", model_key=MODELS[0])
            self.hear(shift)
        for one in await self.catalogue.waiting_files(1):
            self.hear(await self.catalogue.record_problem(one.file_id, one.stamp, "bad", model_key=MODELS[0]))

    async def retry(self) -> None:
        assert await self.catalogue.retry_problems() >= 0
        assert await self.catalogue.problems(9) == []

    async def embed(self) -> None:
        """The other model works through some contents; the index of this one hears nothing of it."""
        for model_key in MODELS:
            for one in await self.catalogue.waiting_contents(model_key, 3):
                indexed = Indexed(one.file_id, one.stamp, one.md5, FACTS, vector(one.md5.hex()))
                shift = await self.catalogue.store([indexed], model_key=model_key)
                if model_key == MODELS[0]:
                    self.hear(shift)
                self.seq = shift.seq

    async def offline(self) -> None:
        if self.folders:
            state = self.dice.choice((FolderState.OFFLINE, FolderState.WATCHING, FolderState.WATCHING))
            await self.catalogue.set_folder_state(self._some_folder(), state)

    async def miss(self) -> None:
        if self.folders:
            folder_id = self._some_folder()
            known = list(await self.catalogue.known_files(folder_id))
            missing = self.dice.sample(known, len(known) // 3)
            await self.catalogue.mark_missing(folder_id, missing)
            for path in missing[::2]:
                self.disk.folders[folder_id].pop(path, None)

    async def release(self) -> None:
        if self.folders:
            self.hear(await self.catalogue.release_missing(self._some_folder(), MODELS[0]))

    async def forget(self) -> None:
        await self.catalogue.forget_orphans(self.clock.now - self.dice.randint(0, 30))

    async def look_into_files(self) -> None:
        """Whatever came late or twice: a file links to what lay there when it had this stamp."""
        for file, content, _ in await self.catalogue.files_page(1000):
            assert content == md5(self.disk.written[file.stamp.mtime_ns])

    async def _decode(self, limit: int) -> list[Indexed]:
        waiting = await self.catalogue.waiting_files(limit)
        return [
            Indexed(one.file_id, one.stamp, content := self._md5(one), FACTS, vector(content.hex())) for one in waiting
        ]

    def _md5(self, waiting: WaitingFile) -> Md5:
        """Of what lay there when it was read: told by the stamp, which is never given twice."""
        return md5(self.disk.written[waiting.stamp.mtime_ns])

    def _some_folder(self) -> FolderId:
        return self.dice.choice(list(self.folders))


@pytest.mark.parametrize("seed", range(8))
async def test_after_every_step_the_index_is_what_the_shifts_made_it(
    catalogue: Catalogue, clock: Clock, place: Path, seed: int
) -> None:
    life = Life(catalogue, clock, seed)
    beside = sqlite3.connect(place)
    try:
        for _ in range(STEPS):
            await life.step()
            assert life.index == searchable(beside, MODELS[0])
            assert life.seq == await catalogue.seq()
            assert await catalogue.check() == []
            await life.look_into_files()
            for model_key in MODELS:
                await compare_numbers(catalogue, beside, model_key)
    finally:
        beside.close()


async def compare_numbers(catalogue: Catalogue, beside: sqlite3.Connection, model_key: str) -> None:
    """The quick ways of counting say the same as the plain ones, and as what is handed out."""
    counts = await catalogue.counts(model_key)
    ids, _ = await catalogue.embeddings(model_key)
    assert set(ids.tolist()) == searchable(beside, model_key)
    assert counts.vectors == len(ids)
    assert counts.photos == sum((await catalogue.photos_in_folders()).values())
    assert counts.photos == len(await catalogue.files_page(1000))
    assert counts.problems == len(await catalogue.problems(1000))
    waiting = [*await catalogue.waiting_files(1000), *await catalogue.waiting_contents(model_key, 1000)]
    assert counts.waiting == len(waiting)
    assert await catalogue.waiting_in_folders(model_key) == behind(beside, model_key)


def behind(beside: sqlite3.Connection, model_key: str) -> dict[int, int]:
    """Files at hand without an embedding and without a problem by folder, asked in the plainest way."""
    rows = beside.execute(
        "SELECT f.folder_id, count(*) FROM files f JOIN folders d ON d.id = f.folder_id "
        "WHERE d.state <> 'offline' AND NOT f.missing AND f.id NOT IN (SELECT file_id FROM problems) "
        "AND (f.content_id IS NULL OR f.content_id NOT IN "
        "(SELECT e.content_id FROM embeddings e JOIN models m ON m.id = e.model_id WHERE m.key = ?)) "
        "GROUP BY f.folder_id",
        [model_key],
    )
    return dict(rows.fetchall())


def searchable(beside: sqlite3.Connection, model_key: str) -> set[int]:
    """Contents with an embedding that lie at some file, asked in the plainest way."""
    rows = beside.execute(
        "SELECT e.content_id FROM embeddings e JOIN models m ON m.id = e.model_id "
        "WHERE m.key = ? AND e.content_id IN (SELECT content_id FROM files)",
        [model_key],
    )
    return {row[0] for row in rows}

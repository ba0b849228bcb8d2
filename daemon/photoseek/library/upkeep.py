"""Keeps the catalogue true to the disk: scans at start, by the clock, and when something was heard or doubted.

Runs in the event loop. A folder that disappears or comes back is noticed by a look at its root every few seconds;
so is a watch that has ended. What nobody hears of is polled.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from photoseek.catalogue import Catalogue, CatalogueError
from photoseek.domain import Folder, FolderId, FolderState
from photoseek.library.index import LiveIndex
from photoseek.library.intake import WHOLE, Intake, Sight, find_forbidden
from photoseek.library.listening import Listening
from photoseek.library.tally import Tally
from photoseek.library.troubles import RETRY_S, Trouble
from photoseek.settings import ScanningSettings
from photoseek.watching import QUIET_S

LOOK_S = 10.0
"""How often the roots are looked at; a disappearance shall be known within 30 s."""
POLL_S = 45.0
"""How often folders that can't be listened to are gone through: with the look before it, within a minute."""
HEARD_WITHIN_S = QUIET_S
"""A change that is heard of is looked at after so long, once it rests."""
POLLED_WITHIN_S = 90.0
"""So soon a change in a folder that is polled is known: a look, a turn, and the time to go through it."""
SAVE_S = 3600.0
"""How often the vectors' snapshot is written beside the end of the daemon; without it they come from the catalogue."""


@dataclass(frozen=True)
class Presence:
    """What a look at a root tells: which disk is there, if any, and whether it holds anything."""

    place: tuple[int, int] | None
    full: bool


class Upkeep:
    """Decides when which folder is gone through."""

    def __init__(
        self,
        catalogue: Catalogue,
        intake: Intake,
        index: LiveIndex,
        settings: ScanningSettings,
        tally: Tally,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._catalogue = catalogue
        self._intake = intake
        self._index = index
        self._settings = settings
        self._clock = clock
        self._tally = tally
        self._due: defaultdict[FolderId, set[bytes]] = defaultdict(set)
        # Since which number of the tally a scan is asked for, or goes on.
        self._asked: dict[FolderId, int] = {}
        self._running: dict[FolderId, int] = {}
        self._something_due = asyncio.Event()
        self._put_off: dict[FolderId, set[bytes]] = {}  # places that could not be gone through
        self._trouble = Trouble("Scanning waits")
        self._started = False
        self._presences: dict[FolderId, Presence] = {}
        self._polled_at: dict[FolderId, float] = {}
        self._listening = Listening(self.scan_soon, events=settings.events)

    @property
    def scanning(self) -> bool:
        """Whether a folder is being gone through, or is about to be."""
        return not self._started or bool(self._due) or bool(self._running) or bool(self._put_off)

    @property
    def scanned_up_to(self) -> int:
        """What was asked for up to this number of the tally has been gone through and is in the catalogue."""
        if not self._started:
            return 0
        return min([*self._asked.values(), *self._running.values()], default=self._tally.now + 1) - 1

    @property
    def trouble(self) -> str:
        """What keeps folders from being gone through, in words for a person; mostly empty."""
        return self._trouble.note

    def as_seen(self, folder: Folder) -> Folder:
        """The folder with what is being done with it at this moment."""
        if folder.state is FolderState.OFFLINE:
            return folder
        mode = self._listening.mode(folder.id)
        state = FolderState.POLLING if mode.kind == "polling" else FolderState.WATCHING
        if folder.id in self._running or folder.id in self._due:
            state = FolderState.SCANNING
        notes = (folder.note, mode.note, _say_left_alone(self._intake.sight(folder.id)))
        return replace(folder, state=state, note=" ".join(filter(None, notes)))

    def noticed_within_s(self, folder: Folder) -> float | None:
        """How soon a change in a folder is known, in seconds; None while it can't be reached."""
        if folder.state is FolderState.OFFLINE:
            return None
        return POLLED_WITHIN_S if self._listening.is_polled(folder.id) else HEARD_WITHIN_S

    def scan_soon(self, folder_id: FolderId, *places: bytes) -> None:
        """Go through a folder, or through places in it, as soon as it's its turn."""
        self._due[folder_id].update(places or (WHOLE,))
        self._asked.setdefault(folder_id, self._tally.advance())
        self._something_due.set()

    async def look_again(self, path: bytes) -> None:
        """Look at one file now; its folder is found by its path, which is absolute."""
        for folder in await self._catalogue.folders():
            if path.startswith(os.path.join(folder.path, b"")):  # noqa: PTH118 - bytes
                await self._intake.take_stock(folder, [path[len(folder.path) :].lstrip(os.sep.encode())])

    async def let_go(self, folder_id: FolderId) -> None:
        """Listen no longer to a folder that is no longer watched."""
        self._due.pop(folder_id, None)
        self._asked.pop(folder_id, None)
        self._put_off.pop(folder_id, None)
        await self._listening.let_go(folder_id)

    def begin_again(self) -> None:
        """Forget what was known of the folders: the next ``run`` goes through all of them."""
        self._started = False
        self._due.clear()
        self._asked.clear()
        self._running.clear()
        self._put_off.clear()

    async def run(self) -> None:
        """Scan what is due, until cancelled."""
        await self._scan_all()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listening.run())
            tasks.create_task(self._scan_what_is_due())
            tasks.create_task(self._look_at_roots())
            tasks.create_task(self._save_sometimes())

    async def _scan_all(self) -> None:
        while not self._started:
            try:
                for folder in await self._catalogue.folders():
                    self.scan_soon(folder.id)
                self._started = True
                self._tally.advance()
            except CatalogueError as error:
                self._trouble.met(error)
                await asyncio.sleep(RETRY_S)

    async def _scan_what_is_due(self) -> None:
        """Folders beside each other, for a slow disk shall not hold up the others; each one scan at a time."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._something_due.wait()
                self._something_due.clear()
                for folder_id in self._due.keys() - self._running.keys():
                    self._running[folder_id] = self._asked.pop(folder_id)
                    places = self._due.pop(folder_id) | self._put_off.get(folder_id, set())
                    tasks.create_task(self._scan(folder_id, places))

    async def _scan(self, folder_id: FolderId, places: set[bytes]) -> None:
        whole = WHOLE in places
        try:
            for folder in await self._catalogue.folders():
                if folder.id == folder_id:
                    if folder_id not in self._presences:  # else it could go unseen before the first look at its root
                        self._presences[folder_id] = await asyncio.to_thread(_look_at, folder.path)
                    await self._listening.attend(folder)
                    whole |= folder.state is FolderState.OFFLINE
                    await self._intake.take_stock(folder, [WHOLE] if whole else sorted(places))
            self._put_off.pop(folder_id, None)
            if not self._put_off:
                self._trouble.over()
        except CatalogueError as error:
            self._trouble.met(error)
            self._put_off[folder_id] = places
            self._asked[folder_id] = self._running[folder_id]
            asyncio.get_running_loop().call_later(RETRY_S, self.scan_soon, folder_id, *places)
        finally:
            if whole:
                self._polled_at[folder_id] = time.monotonic()
            self._running.pop(folder_id, None)
            self._something_due.set()
            self._tally.advance()

    async def _look_at_roots(self) -> None:
        """Scan by the clock, and whenever a root is not what it was at the last look."""
        looks: dict[FolderId, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    folders = await self._catalogue.folders()
                    await self._listening.keep_only([folder.id for folder in folders])
                    for folder in folders:
                        # Beside each other: a disk that doesn't answer, or a server that is gone, holds up no other.
                        if folder.id not in looks or looks[folder.id].done():
                            looks[folder.id] = tasks.create_task(self._look_at_root(folder))
                    if not self._put_off:
                        self._trouble.over()
                except CatalogueError as error:
                    self._trouble.met(error)
                await asyncio.sleep(LOOK_S)

    async def _look_at_root(self, folder: Folder) -> None:
        presence = await asyncio.to_thread(_look_at, folder.path)
        before = self._presences.setdefault(folder.id, presence)
        changed, replaced = presence != before, presence.place not in (None, before.place)
        offline, is_time = folder.state is FolderState.OFFLINE, self._is_to_be_polled(folder.id)
        # Offline and not empty: its pictures may lie on a disk further inside that is back, or there are none. All of
        # it is gone through to find out, so not at every look.
        returned = presence.full and offline and is_time
        # By how much, not whether later: after a clock was set back the last scan lies in the future.
        stale = not offline and abs(self._clock() - (folder.last_scan_at or 0.0)) > self._settings.interval_s
        self._presences[folder.id] = presence
        opened = presence.full and is_time and await self._may_enter_more(folder)
        await self._listening.attend(folder, renew=replaced or returned or opened)
        if changed or returned or opened or (presence.full and stale):
            self.scan_soon(folder.id)
        elif presence.full and is_time:
            self._poll(folder)

    def _is_to_be_polled(self, folder_id: FolderId) -> bool:
        """Whether it was long ago that all of a folder was gone through."""
        return time.monotonic() - self._polled_at.get(folder_id, 0.0) >= POLL_S

    async def _may_enter_more(self, folder: Folder) -> bool:
        """Whether a person has given the permission that was asked for; there is no watch in such a place yet."""
        forbidden = self._intake.sight(folder.id).forbidden
        return bool(forbidden) and await asyncio.to_thread(find_forbidden, folder.path, forbidden) != forbidden

    def _poll(self, folder: Folder) -> None:
        linked = self._intake.sight(folder.id).linked
        self._polled_at[folder.id] = time.monotonic()
        if self._listening.is_polled(folder.id):
            self.scan_soon(folder.id)
        elif linked:
            self.scan_soon(folder.id, *linked)

    async def _save_sometimes(self) -> None:
        while True:
            await asyncio.sleep(SAVE_S)
            await self._index.save()


def _look_at(root: bytes) -> Presence:
    try:
        with os.scandir(root) as entries:
            full = any(True for _ in entries)
        status = os.stat(root)  # noqa: PTH116 - bytes
    except OSError:
        return Presence(None, full=False)
    return Presence((status.st_dev, status.st_ino), full=full)


def _say_left_alone(sight: Sight) -> str:
    """What a scan had to leave alone, and what a person can do about it."""
    said = []
    if sight.closed:
        said.append(
            f"{_number(sight.closed, 'folder')} in it can't be read: give photoseek the permission to. "
            "Pictures that are known from there are kept."
        )
    if sight.placeholders:
        said.append(f"{_number(sight.placeholders, 'picture')} only online: left alone, so that nothing is downloaded.")
    return " ".join(said)


def _number(count: int, thing: str) -> str:
    return f"1 {thing}" if count == 1 else f"{count:,} {thing}s"

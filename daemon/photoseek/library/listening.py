"""Hears what happens in the watched folders, lets it settle, and says which places are due for a look.

Joins ``watching``'s watcher with a settler for each folder. Runs in the event loop; ``upkeep`` owns it.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection

from photoseek.domain import Folder, FolderId
from photoseek.watching import Settler, Watcher, WatchMode

RETRY_S = 300.0
"""A watch that the system refused is tried again so often: somebody may have raised the limit."""
_ROUND_S = 0.05
"""Pause between two rounds, so that a burst is dealt with in few."""
_NOT_YET = WatchMode("polling")
_SWITCHED_OFF = WatchMode("polling", "Events are switched off in the settings: it is looked at every minute instead.")


class Listening:
    """The watched folders that are listened to."""

    def __init__(self, scan_soon: Callable[..., None], *, events: bool) -> None:
        """Make one that hears nothing before ``run``.

        Args:
            scan_soon: Called with a folder's id and the places in it that are due; with none, all of it is.
            events: False: listen to nothing, all folders are to be polled.
        """
        self._scan_soon = scan_soon
        self._events = events
        self._watcher: Watcher | None = None
        self._settlers: dict[FolderId, Settler] = {}
        self._asking: set[FolderId] = set()  # whose settler is being asked what is due
        self._tried_at: dict[FolderId, float] = {}
        self._turns: defaultdict[FolderId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._heard = asyncio.Event()

    def mode(self, folder_id: FolderId) -> WatchMode:
        """How a folder is watched at this moment."""
        if not self._events:
            return _SWITCHED_OFF
        if self._watcher is None:
            return _NOT_YET
        try:
            return self._watcher.mode(folder_id)
        except KeyError:
            return _NOT_YET

    def is_polled(self, folder_id: FolderId) -> bool:
        """Whether events of it can't be relied on."""
        return self.mode(folder_id).kind == "polling"

    async def run(self) -> None:
        """Pass on what has settled, until cancelled."""
        self._watcher = Watcher(self._note)
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    await self._wait()
                    for folder_id, settler in self._settlers.items():
                        if folder_id not in self._asking and settler.wait_s() == 0.0:
                            self._asking.add(folder_id)
                            tasks.create_task(self._pass_on(folder_id, settler))
        finally:
            watcher, self._watcher = self._watcher, None
            self._settlers.clear()
            self._asking.clear()
            self._tried_at.clear()
            await watcher.close()

    async def _pass_on(self, folder_id: FolderId, settler: Settler) -> None:
        """Beside other folders: a disk that doesn't answer holds up no other."""
        if places := await asyncio.to_thread(settler.due):
            self._scan_soon(folder_id, *places)
        self._asking.discard(folder_id)
        self._heard.set()

    async def attend(self, folder: Folder, *, renew: bool = False) -> None:
        """See to it that a folder is watched, as far as the system lets us; scan it after this, not before.

        A watch that has ended is replaced, and the folder scanned: nobody heard what happened meanwhile.

        Args:
            folder: The folder; one that is not there is left alone.
            renew: Replace the watch in any case, since another disk or folder is at this place now.
        """
        async with self._turns[folder.id]:
            watcher = self._watcher
            if watcher is None or not self._events or not (renew or self._wants_watch(folder.id, watcher)):
                return
            was_polled = folder.id in self._settlers and self.is_polled(folder.id)
            if not await asyncio.to_thread(os.path.isdir, folder.path):
                await self._let_go(folder.id, watcher)
                return
            again = folder.id in self._tried_at
            self._settlers.setdefault(folder.id, Settler(folder.path))
            self._tried_at[folder.id] = time.monotonic()
            mode = await watcher.watch(folder.id, folder.path)
            if again and not (was_polled and mode.kind == "polling"):
                self._scan_soon(folder.id)

    async def keep_only(self, folder_ids: Collection[FolderId]) -> None:
        """Let go of all folders but these."""
        for folder_id in self._settlers.keys() - set(folder_ids):
            await self.let_go(folder_id)

    async def let_go(self, folder_id: FolderId) -> None:
        """Listen to a folder no longer."""
        async with self._turns[folder_id]:
            if self._watcher is not None:
                await self._let_go(folder_id, self._watcher)
        self._tried_at.pop(folder_id, None)

    def _wants_watch(self, folder_id: FolderId, watcher: Watcher) -> bool:
        if folder_id not in self._settlers or not watcher.is_alive(folder_id):
            return True
        return self.is_polled(folder_id) and time.monotonic() - self._tried_at[folder_id] >= RETRY_S

    async def _let_go(self, folder_id: FolderId, watcher: Watcher) -> None:
        self._settlers.pop(folder_id, None)
        await watcher.unwatch(folder_id)

    def _note(
        self, folder_id: FolderId, files: frozenset[bytes], folders: frozenset[bytes], gone: bool, overflow: bool
    ) -> None:
        settler = self._settlers.get(folder_id)
        if settler is None:
            return
        if overflow:
            self._scan_soon(folder_id)
        settler.note(files, folders, gone=gone)
        self._heard.set()

    async def _wait(self) -> None:
        """Until something may be due."""
        idle = [settler for folder_id, settler in self._settlers.items() if folder_id not in self._asking]
        waits = [wait_s for settler in idle if (wait_s := settler.wait_s()) is not None]
        if waits:
            await asyncio.sleep(max(_ROUND_S, min(waits)))
            return
        self._heard.clear()
        await self._heard.wait()

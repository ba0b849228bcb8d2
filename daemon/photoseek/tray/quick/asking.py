"""Asks the daemon for the window, in a thread with an event loop of its own, so that the window never waits.

The window says what it wants; what comes is delivered as one of ``news``, from that thread. One search is under way
at a time and the latest words are next: whoever types fast doesn't queue up, and an answer to words that are there no
more is dropped.
"""

import asyncio
import contextlib
import threading
import webbrowser
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from photoseek.errors import NotRunningError, PhotoseekError
from photoseek.paths import Paths
from photoseek.tray.quick.news import Back, Done, Found, Gone, News, Pictured, Refused, There, Waking

if TYPE_CHECKING:
    from PIL import Image

    from photoseek.api.wire import HitBody
    from photoseek.client import Client

Got = TypeVar("Got")

# What a client says of a daemon that is no longer the one it knew: gone, restarted, with another token.
_STALE = {"not_running", "unauthorized", "wrong_host", "error"}
LIMIT = 20
"""Photos in an answer: what one looks through at a glance; the page has the others."""
# After this much quiet a search begins. With one search under way at a time it only keeps hasty keys together.
_QUIET_S = 0.05
_LONG_S = 1.2
_LOOK_EVERY_S = 0.5
_TILES_AT_ONCE = 4
_TILES_KEPT = 300


class Asker:
    """The thread.

    Args:
        paths: photoseek's folders.
        deliver: Takes what comes; called in this thread.
        cut: Makes a tile of a thumbnail and of whether its file is away; called in yet other threads.
        thumbnail_px: Size of the thumbnails to ask for.
    """

    def __init__(
        self,
        paths: Paths,
        deliver: Callable[[News], None],
        cut: "Callable[[bytes, bool], Image.Image]",
        thumbnail_px: int,
    ) -> None:
        self._paths = paths
        self._deliver = deliver
        self._cut = cut
        self._thumbnail_px = thumbnail_px
        self._loop = asyncio.new_event_loop()
        self._client: Client | None = None
        self._finding = asyncio.Lock()
        self._words: str | None = None
        self._searching: asyncio.Task[None] | None = None
        self._drawing: asyncio.Task[None] | None = None
        self._seeking: asyncio.Task[None] | None = None
        self._others: set[asyncio.Task[None]] = set()
        self._tiles: OrderedDict[tuple[str, bool], Image.Image] = OrderedDict()
        self._is_watched = False

    def start(self) -> None:
        """Begin; the thread ends with the process."""
        threading.Thread(target=self._run, name="asking", daemon=True).start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        import photoseek.client  # noqa: F401, PLC0415 - here, where nobody waits for it

        self._loop.run_forever()

    def watch(self, is_watched: bool) -> None:
        """Say whether anybody looks at the window: a daemon that is gone is looked for only then."""
        self._call(self._note_watched, is_watched)

    def ask(self, words: str) -> None:
        """Search for words; "" asks for nothing, and drops what is under way."""
        self._call(self._note_words, words)

    def open(self, photo_id: str) -> None:
        """Open a photo with its program."""
        self._call(self._begin, self._do(lambda client: client.open_photo(photo_id)))

    def show_in_folder(self, photo_id: str) -> None:
        """Show a photo in its folder."""
        self._call(self._begin, self._do(lambda client: client.show_photo(photo_id)))

    def show_page(self, words: str) -> None:
        """Go on in the browser."""
        self._call(self._begin, self._do(lambda client: _open_page(client, words)))

    def forget_tiles(self) -> None:
        """The tiles look different from now on."""
        self._call(self._tiles.clear)

    def _call(self, function: Callable[..., object], *args: object) -> None:
        self._loop.call_soon_threadsafe(function, *args)

    # From here on in the thread.

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)

    def _note_watched(self, is_watched: bool) -> None:
        self._is_watched = is_watched
        if is_watched:
            self._begin(self._warm_up())

    def _note_words(self, words: str) -> None:
        self._words = words or None
        if self._drawing is not None:
            self._drawing.cancel()
        if self._words is not None and (self._searching is None or self._searching.done()):
            self._searching = self._loop.create_task(self._search_on())

    async def _search_on(self) -> None:
        """Search for the words until they are no others meanwhile."""
        await asyncio.sleep(_QUIET_S)
        while (words := self._words) is not None:
            news = await self._search(words)
            if words == self._words:
                self._deliver(news)
                if isinstance(news, Found):
                    self._drawing = self._loop.create_task(self._draw(news.photos))
                return

    async def _search(self, words: str) -> News:
        waking = self._loop.call_later(_LONG_S, self._say_waking, words)
        try:
            body = (await self._with_client(lambda client: client.search(words, LIMIT))).data
        except NotRunningError:
            return self._gone()
        except PhotoseekError as error:
            return Refused(error, words)
        finally:
            waking.cancel()
        photos, good = tuple(body.photos), body.good_matches
        return Found(words, photos, min(good, len(photos)), good, is_list=not body.query.text)

    def _say_waking(self, words: str) -> None:
        if words == self._words:
            self._deliver(Waking(words))

    async def _draw(self, photos: "Sequence[HitBody]") -> None:
        """Get the tiles of an answer, the first ones first."""
        places = asyncio.Semaphore(_TILES_AT_ONCE)

        async def draw(photo: "HitBody") -> None:
            async with places:
                with contextlib.suppress(PhotoseekError, OSError):  # the empty tile stays
                    self._deliver(Pictured(photo.id, await self._tile(photo)))

        async with asyncio.TaskGroup() as group:
            for photo in photos:
                group.create_task(draw(photo))

    async def _tile(self, photo: "HitBody") -> "Image.Image":
        key = (photo.id, photo.state == "offline")
        if key not in self._tiles:
            data = await self._with_client(lambda client: client.thumbnail(photo.id, self._thumbnail_px))
            self._tiles[key] = await asyncio.to_thread(self._cut, data, key[1])
            while len(self._tiles) > _TILES_KEPT:
                self._tiles.popitem(last=False)
        self._tiles.move_to_end(key)
        return self._tiles[key]

    async def _do(self, wish: "Callable[[Client], Awaitable[object]]") -> None:
        try:
            await self._with_client(wish)
        except NotRunningError:
            self._deliver(self._gone())
        except PhotoseekError as error:
            self._deliver(Refused(error))
        else:
            self._deliver(Done())

    async def _warm_up(self) -> None:
        """Have the model loaded while the person types; a daemon that is not there is said at once."""
        try:
            status = (await self._with_client(lambda client: client.status())).data
            self._deliver(There(status.counts.vectors))
            if status.model.state == "unloaded" and status.counts.vectors:
                await self._with_client(lambda client: client.search("photo", 1))
        except NotRunningError:
            self._deliver(self._gone())
        except PhotoseekError:
            return  # the search will say it

    def _gone(self) -> Gone:
        if self._seeking is None or self._seeking.done():
            self._seeking = self._loop.create_task(self._seek())
        return Gone()

    async def _seek(self) -> None:
        while self._is_watched:
            await asyncio.sleep(_LOOK_EVERY_S)
            with contextlib.suppress(PhotoseekError):
                await self._with_client(lambda client: client.health())
                self._deliver(Back())
                return

    async def _with_client(self, question: "Callable[[Client], Awaitable[Got]]") -> Got:
        """Ask the daemon; where it is another one by now, or has another token, ask that."""
        known = self._client
        if known is not None:
            try:
                return await question(known)
            except PhotoseekError as error:
                if error.code not in _STALE:
                    raise
                await self._leave(known)
        client = await self._find()
        try:
            return await question(client)
        except NotRunningError:
            await self._leave(client)
            raise

    async def _find(self) -> "Client":
        from photoseek.client import Client  # noqa: PLC0415 - the window is shown before it is loaded

        async with self._finding:
            if self._client is None:
                self._client = await Client.find(self._paths).__aenter__()
            return self._client

    async def _leave(self, client: "Client") -> None:
        if self._client is client:
            self._client = None
            await client.__aexit__(None, None, None)


async def _open_page(client: "Client", words: str) -> None:
    link = (await client.make_link(words)).data
    if not await asyncio.to_thread(webbrowser.open, Path(link.file).as_uri()):
        raise PhotoseekError("There is no browser that could be opened.", "")

"""Hands over from the model in use to the one that is wanted: builds its index in the shadow, then lets it take over.

Nothing of it lives in memory only. Which model is wanted stands in the settings, which one answered last is a fact in
the catalogue, and what is built are rows: whatever is killed at whatever moment, the next start goes on from there.
The model before keeps its rows and its snapshot until a person says ``forget``, so going back embeds nothing again.
Should it fail, the model before has never ceased to answer. Run by ``running`` in the event loop.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import msgspec

from photoseek.catalogue import Catalogue
from photoseek.domain import IndexShift, ModelIdentity, ModelInfo, NextModel
from photoseek.embedding import ModelProcessDiedError
from photoseek.errors import CatalogueError, DoubtError, ModelError, NoRoomError, NotFoundError, PhotoseekError
from photoseek.library.index import LiveIndex
from photoseek.library.judging import Judge
from photoseek.library.model import Model, Models, Opened
from photoseek.library.progress import ProgressMeter
from photoseek.library.reference_texts import REFERENCE_TEXTS
from photoseek.library.shadow import ShadowIndexer
from photoseek.library.troubles import in_words
from photoseek.library.work import Work

log = logging.getLogger(__name__)

RETRY_S = 3600.0
"""A model that can't be had is looked for again after this time: a network may have come, or room on the disk."""
SLICE = 2000
"""Embeddings forgotten in one transaction: who else writes waits no longer than for these."""
_ROW_BYTES = 100
"""Of an embedding besides its vector: its columns, and its places in two indexes."""
_IN_USE = "model.in_use"
_KEYS = "model.keys"


class Handover:
    """Sees to it that the wanted model answers.

    Args:
        wanted: Name of the model in the settings.
        keep: Writes a name into the settings; blocks.
        shadow: Makes the indexer for a model.
        meter: Counts what that one does.
        free_bytes: Room on the disk of the catalogue; blocks.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        judge: Judge,
        models: Models,
        work: Work,
        *,
        wanted: str,
        keep: Callable[[str], None],
        shadow: Callable[[Opened], ShadowIndexer],
        meter: ProgressMeter,
        free_bytes: Callable[[], int],
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._judge = judge
        self._models = models
        self._work = work
        self._wanted = wanted
        self._keep = keep
        self._shadow = shadow
        self._meter = meter
        self._free_bytes = free_bytes
        self._asked = asyncio.Event()
        self._begun_with = wanted
        self._next: Model | None = None
        self._building: ModelIdentity | None = None
        self._failure = ""
        self._waits = False
        self._begins = False  # what was asked for last hasn't been looked at yet

    async def begin(self) -> None:
        """Begin with the model that answered last, whatever is wanted by now: its index is there.

        Unless it can't be had any more; then with the one of the settings.
        """
        last = await self._catalogue.recall(_IN_USE)
        if last and last != self._begun_with:
            with suppress(ModelError):
                await asyncio.to_thread(self._models.check, last)
                self._begun_with = last
                await self._index.begin_with(self._models.open(last))

    async def run(self) -> None:
        """Hand over whenever another model is wanted, until cancelled."""
        while True:
            self._asked.clear()
            await self._attempt()
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S if self._waits else None):
                    await self._asked.wait()

    async def use(self, name: str) -> None:
        """Want this model from now on, over restarts too.

        Raises:
            ModelError: It can't be had.
            SettingsError: It can't be written down.
        """
        spec = await asyncio.to_thread(self._models.check, name)
        await asyncio.to_thread(self._keep, spec)
        self._wanted, self._failure, self._begins = spec, "", True
        self._asked.set()

    async def forget(self, name: str) -> int:
        """Throw away what a model made of the photos; how many of them.

        Raises:
            NotFoundError: It made nothing.
            DoubtError: It answers at present, or shall answer next.
        """
        keys = await self._keys()
        key = keys.pop(name, None)
        if key is None:
            raise NotFoundError(f"No photo is indexed with {name}.", "`photoseek model list` shows which are.")
        # Until its index is open, or while the model can't be had, only the fact tells which one is in use.
        in_use = key == self._index.model_key or name == await self._catalogue.recall(_IN_USE)
        if in_use or (self._building and key == self._building.key):
            raise DoubtError(f"{name} answers, or shall answer next.", "Use another model first.")
        await self._index.forget_snapshot(key)
        forgotten, number = 0, 1

        async def write(_: str) -> IndexShift:
            nonlocal number
            shift, number = await self._catalogue.forget_embeddings(key, SLICE)
            return shift

        while number:
            await self._index.change(write)
            forgotten += number
        await self._catalogue.remember(_KEYS, msgspec.json.encode(keys).decode())
        try:
            await self._catalogue.shrink()
        except CatalogueError as error:
            log.info("The room is used again, but the file stays as large as it was: %s", error.message)
        return forgotten

    async def known(self) -> list[ModelInfo]:
        """The models that a person can choose from, and all that made something of the photos."""
        keys, in_use = await self._keys(), self._index.in_use
        found = await asyncio.to_thread(self._models.known, self._wanted, *keys)
        return [
            replace(
                one,
                in_use=in_use is not None and in_use.spec == one.spec,
                photos=(await self._catalogue.coverage(keys[one.spec]))[0] if one.spec in keys else 0,
            )
            for one in found
        ]

    async def status(self) -> NextModel | None:
        """The model that shall answer next, and how far it is."""
        coming, building = self._next, self._building
        if building is not None:
            done, lacking = await self._catalogue.coverage(building.key)
            speed = self._meter.per_s()
            eta_s = lacking / speed if speed else None
            return NextModel(building.name, "indexing", done, done + lacking, eta_s, self._work.held_by)
        if coming is not None and (fetching := coming.status().fetching) is not None:
            done, total, eta_s = fetching.done_bytes, fetching.total_bytes, fetching.eta_s
            return NextModel(coming.status().name, "downloading", done, total, eta_s)
        name = self._models.best(self._wanted)
        if self._failure:
            return NextModel(name, "waiting" if self._wanted == "auto" else "failed", note=self._failure)
        in_use = self._index.in_use
        if coming is None and (not self._begins or (in_use is not None and in_use.spec == name)):
            return None
        return NextModel(coming.status().name if coming else name, "loading")

    async def _attempt(self) -> None:
        """Hand over once, unless somebody asks for another model meanwhile; a failure is noted."""
        work = asyncio.create_task(self._hand_over())
        asked = asyncio.create_task(self._asked.wait())
        try:
            await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, asked):
                task.cancel()
            outcome, _ = await asyncio.gather(work, asked, return_exceptions=True)
        self._failure, self._waits = "", False
        self._begins = self._asked.is_set()
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            self._note(outcome)
        elif outcome is False:
            self._waits = True

    def _note(self, error: BaseException) -> None:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        expected = isinstance(error, PhotoseekError | OSError)
        self._failure = in_words(error)
        # What broke down over its own weight does so again; a network or room on a disk may come.
        self._waits = expected and not isinstance(error, ModelProcessDiedError)
        level = logging.INFO if expected else logging.ERROR
        log.log(level, "The wanted model does not take over: %s", self._failure, exc_info=None if expected else error)

    async def _hand_over(self) -> bool:
        """Hand over, unless the right one answers; False where that isn't known yet."""
        spec, before = self._models.best(self._wanted), await self._before()
        if before is None and spec == self._begun_with:
            return False  # the index tries it again and again by itself
        if before is not None:
            await self._catalogue.remember(_IN_USE, before.spec)
            await self._name(before)
            if before.spec == spec:
                return True
        self._next = embedder = self._models.open(spec)
        try:
            identity = await embedder.identify()
            await self._name(identity)
            if before is not None and identity.full_key == before.full_key:
                return True  # only called otherwise
            await self._build(Opened(identity, embedder))
            self._begun_with = identity.spec
            await self._catalogue.remember(_IN_USE, identity.spec)
            log.info("The model %s answers from now on", identity.name)
            return True
        finally:
            self._next = self._building = None
            if self._index.embedder is not embedder:
                await embedder.close()

    async def _before(self) -> ModelIdentity | None:
        """The model that answers; None where it can't be had."""
        try:
            return (await self._index.answering()).identity
        except (ModelError, CatalogueError):
            return None

    async def _build(self, opened: Opened) -> None:
        """Embed what lacks an embedding, and let the model take over."""
        self._building = opened.identity
        await self._check_room(opened.identity)
        await self._judge.prepare(opened.identity, opened.embedder)
        # All may be known already. It loads now: one that doesn't shall not take over, and nobody's search shall wait.
        await opened.embedder.embed_text(REFERENCE_TEXTS[0])
        self._meter.begin()
        indexer = self._shadow(opened)
        while True:
            await indexer.drain()
            if await self._index.take_over(opened, indexer.skipped):
                break
        self._work.start_over()

    async def _check_room(self, model: ModelIdentity) -> None:
        """Refuse to begin what would fill the disk: the rows, and at the end a snapshot.

        Raises:
            NoRoomError: It would.
        """
        done, lacking = await self._catalogue.coverage(model.key)
        wanted = lacking * (4 * model.dim + _ROW_BYTES) + (done + lacking) * 4 * model.dim
        if wanted > await asyncio.to_thread(self._free_bytes):
            raise NoRoomError(
                f"What {model.name} makes of the photos needs {wanted / 1e6:,.0f} MB, and the disk has less.",
                "Make room on the disk that holds photoseek's own files.",
            )

    async def _keys(self) -> dict[str, str]:
        """The keys of all models that were ever used, by their specs."""
        return msgspec.json.decode(await self._catalogue.recall(_KEYS) or "{}", type=dict[str, str])

    async def _name(self, model: ModelIdentity) -> None:
        """Remember which model a key is: its files may be gone when a person wants its embeddings gone too."""
        keys = await self._keys()
        if keys.get(model.spec) != model.key:
            await self._catalogue.remember(_KEYS, msgspec.json.encode(keys | {model.spec: model.key}).decode())

"""Embeds all known photos with a model that doesn't answer yet, while another one does.

An ``Indexer`` of its own: it takes no new files, which are the other one's, gives way to that one at each picture, and
makes no problem of a photo that can be found: that is for the model in use to say, whichever it is by then. Runs in the
event loop.
"""

from collections.abc import Awaitable, Callable, Sequence

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId, ModelIdentity, WaitingContent, WaitingFile
from photoseek.embedding import ModelProcessDiedError
from photoseek.library.governor import Governor
from photoseek.library.index import LiveIndex
from photoseek.library.indexer import Decoded, Indexer
from photoseek.library.model import Opened
from photoseek.library.progress import ProgressMeter
from photoseek.pictures import PicturePool


class ShadowIndexer(Indexer):
    """Works off the contents that lack an embedding of one model; ``skipped`` are those that can't be read.

    Args:
        opened: That model.
        rest: Returns when nobody paused and the model in use has nothing to take in.
    """

    def __init__(
        self,
        opened: Opened,
        catalogue: Catalogue,
        index: LiveIndex,
        pictures: PicturePool,
        progress: ProgressMeter,
        governor: Governor,
        *,
        workers: int,
        look_again: Callable[[bytes], Awaitable[None]],
        rest: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(catalogue, index, pictures, progress, governor, workers=workers, look_again=look_again)
        self._for = opened
        self._rest = rest
        self.skipped: set[ContentId] = set()

    async def _opened(self) -> Opened:
        return self._for

    async def _turn(self) -> None:
        await self._rest()
        await super()._turn()

    async def _rows(self, model: ModelIdentity) -> Sequence[WaitingFile | WaitingContent]:
        return await self._known_rows(model, self.skipped)

    async def _give_up(self, row: WaitingFile | WaitingContent | Decoded, reason: str) -> None:
        if isinstance(row, WaitingContent):
            self.skipped.add(row.content_id)
        self._done([row.file_id])

    async def _broke_down(self, one: Decoded) -> None:
        raise ModelProcessDiedError(
            f"The model {self._for.identity.name} broke down over a picture, twice.",
            "The memory may be too small for this model; a smaller one is clip-ViT-B-32.",
        )

"""Draws sketches of photos that were taken in before there were any, or with an older way of drawing.

A thumbnail that is kept is enough, also of a photo whose disk is away. Run by ``running``, as ``arrears`` says.
"""

from collections.abc import Callable, Sequence

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId, UndrawnContent
from photoseek.library.arrears import Arrears
from photoseek.library.governor import Governor
from photoseek.library.work import Work
from photoseek.pictures import PicturePool


class Redrawing(Arrears[UndrawnContent, bytes]):
    """Draws the sketches that are due.

    Args:
        on_drawn: Called whenever some can be stacked.
    """

    things = "sketches"

    def __init__(
        self,
        catalogue: Catalogue,
        pictures: PicturePool,
        work: Work,
        governor: Governor,
        on_drawn: Callable[[], None],
    ) -> None:
        super().__init__(work, governor)
        self._catalogue = catalogue
        self._pictures = pictures
        self._on_drawn = on_drawn

    async def _due(self, limit: int, after: ContentId) -> Sequence[UndrawnContent]:
        return await self._catalogue.undrawn(limit, after)

    async def _make(self, row: UndrawnContent) -> bytes | None:
        return await self._pictures.sketch(row.md5, row.path, row.stamp)

    async def _keep(self, made: Sequence[tuple[ContentId, bytes]]) -> None:
        await self._catalogue.keep_sketches(made)
        if made:
            self._on_drawn()

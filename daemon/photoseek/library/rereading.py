"""Reads once more what pictures say of themselves, where that was read by an older photoseek or not at all.

Nothing is decoded or embedded again. Run by ``running``, as ``arrears`` says.
"""

from collections.abc import Sequence

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId, Description, WaitingContent
from photoseek.library.arrears import Arrears
from photoseek.library.governor import Governor
from photoseek.library.work import Work
from photoseek.pictures import PicturePool


class Rereading(Arrears[WaitingContent, Description]):
    """Reads the descriptions that are due."""

    things = "descriptions"

    def __init__(self, catalogue: Catalogue, pictures: PicturePool, work: Work, governor: Governor) -> None:
        super().__init__(work, governor)
        self._catalogue = catalogue
        self._pictures = pictures

    async def _due(self, limit: int, after: ContentId) -> Sequence[WaitingContent]:
        return await self._catalogue.undescribed(limit, after)

    async def _make(self, row: WaitingContent) -> Description:
        return await self._pictures.describe(row.path, row.stamp)

    async def _keep(self, made: Sequence[tuple[ContentId, Description]]) -> None:
        await self._catalogue.describe(made)

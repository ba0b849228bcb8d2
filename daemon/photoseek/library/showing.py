"""One photo by its id: what is known of it, its thumbnail, its file. Called by ``library`` in the event loop."""

import asyncio
import os
from pathlib import Path

from photoseek.catalogue import Catalogue
from photoseek.domain import Photo, PhotoFile, photo_md5
from photoseek.errors import NoRoomError, NotFoundError
from photoseek.pictures import THUMBNAIL_SIZES_PX, FileMovedOnError, PicturePool


class Showing:
    """Finds photos by their ids, and their pictures."""

    def __init__(self, catalogue: Catalogue, pictures: PicturePool) -> None:
        self._catalogue = catalogue
        self._pictures = pictures

    async def photo(self, identifier: str) -> Photo:
        """One photo with all its files.

        Raises:
            NotFoundError: There is none with this id.
        """
        md5 = photo_md5(identifier)
        photo = await self._catalogue.photo(md5) if md5 else None
        if photo is None or not photo.files:
            raise NotFoundError("There is no photo with this id.", "It may have been deleted since; search again.")
        return photo

    async def thumbnail(self, identifier: str, size_px: int) -> tuple[Path, int]:
        """A JPEG of the photo that fits into a square of ``size_px``; a smaller one where its files are offline.

        Returns:
            Where it lies, and for which size it was drawn.

        Raises:
            NotFoundError: No such photo, or it is offline and was never drawn.
            PictureError: It can't be drawn any more.
            BusyDecodersError: Too many are being drawn.
            DecodersError: It can't be drawn at present.
            NoRoomError: The cache can't be written to.
        """
        photo = await self.photo(identifier)
        if kept := await self._pictures.kept_thumbnail(photo.md5, size_px):
            return kept, size_px
        for file in _reachable(photo):
            try:
                return await self._pictures.thumbnail(photo.md5, file.path, size_px), size_px
            except FileMovedOnError:
                continue
            except OSError as error:
                raise NoRoomError.of(error) from error
        for smaller_px in sorted((size for size in THUMBNAIL_SIZES_PX if size < size_px), reverse=True):
            if kept := await self._pictures.kept_thumbnail(photo.md5, smaller_px):
                return kept, smaller_px
        raise NotFoundError("The photo is offline and has no thumbnail.", "Connect its disk, then try again.")

    async def file(self, identifier: str) -> bytes:
        """Absolute path of a file that holds the photo and is there.

        Raises:
            NotFoundError: No such photo, or none of its files can be reached.
        """
        photo = await self.photo(identifier)
        for file in _reachable(photo):
            if await asyncio.to_thread(os.path.isfile, file.path):  # a disk may not answer
                return file.path
        raise NotFoundError("The photo's files can't be reached at present.", "Connect the disk that they are on.")


def _reachable(photo: Photo) -> list[PhotoFile]:
    return [file for file in photo.files if file.online]

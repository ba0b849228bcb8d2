"""What a worker does: read a picture for the index, draw a thumbnail, look at a picture that is no photo of ours.

Called through `tasks` only, in a worker process; imports Pillow.
"""

from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import Description, FileStamp, Md5, PictureFacts, PixelSpec
from photoseek.errors import PictureError
from photoseek.pictures import cache, geometry, reasons, sketching, thumbnailing
from photoseek.pictures.decoding import Decoded, decode, read_facts
from photoseek.pictures.geography import Geographer
from photoseek.pictures.results import FileMovedOnError, Reading, TakenPicture, Verified
from photoseek.pictures.source import open_known, open_source


def read_picture(
    path: bytes, stamp: FileStamp, spec: PixelSpec | None, thumbnails: Path, places: Path, max_pixels: int
) -> Reading:
    """Read a file once: hash it and, with a ``spec``, decode it once for facts, sketch, thumbnail and model pixels.

    Raises:
        PictureError: It is not a usable picture.
        FileMovedOnError: It is not the file that was found.
        OSError: The thumbnail can't be written.
    """
    with open_source(path, stamp) as source:
        if spec is None:
            return Reading(source.md5, None)
        decoded = decode(
            source.stream,
            lambda w, h: geometry.is_enough(w, h, spec) and thumbnailing.is_enough(w, h, cache.INDEX_SIZE_PX),
            max_pixels,
        )
    kept = cache.thumbnail_path(thumbnails, source.md5, cache.INDEX_SIZE_PX)
    smallest = _keep_thumbnail(decoded, kept, cache.INDEX_SIZE_PX)
    facts = replace(_with_places(decoded.facts, places), sketch=_sketch(smallest))
    return Reading(source.md5, TakenPicture(facts, geometry.model_pixels(decoded.image, spec)))


def make_thumbnail(md5: Md5, path: bytes, size_px: int, thumbnails: Path, max_pixels: int) -> None:
    """Draw a thumbnail of the content ``md5`` from the file at ``path`` into the cache folder.

    Raises:
        PictureError: It is not a usable picture.
        FileMovedOnError: It is gone or holds another content now.
        OSError: The thumbnail can't be written.
    """
    with open_source(path, None) as source:
        if source.md5 != md5:
            raise FileMovedOnError("The file holds another picture now.")
        decoded = decode(source.stream, lambda w, h: thumbnailing.is_enough(w, h, size_px), max_pixels)
    _keep_thumbnail(decoded, cache.thumbnail_path(thumbnails, md5, size_px), size_px)


def describe_picture(path: bytes, stamp: FileStamp, places: Path) -> Description:
    """Read once more what a known picture says of itself in words, without decoding it.

    Raises:
        PictureError: It is not a usable picture.
        FileMovedOnError: It is not the file that was found.
    """
    with open_known(path, stamp) as stream:
        return _with_places(read_facts(stream), places).description


def sketch_picture(md5: Md5, path: bytes, stamp: FileStamp | None, thumbnails: Path, max_pixels: int) -> bytes | None:
    """Draw the sketch of a known picture from its thumbnail, else from the file; None where it has neither.

    Raises:
        PictureError: It is not a usable picture.
        FileMovedOnError: It is not the file that was found.
    """
    kept = cache.thumbnail_path(thumbnails, md5, cache.INDEX_SIZE_PX)
    with suppress(PictureError, OSError), kept.open("rb") as thumbnail:
        return _sketch(decode(thumbnail, lambda _w, _h: False, max_pixels).image)
    if stamp is None:
        return None
    with open_known(path, stamp) as stream:
        decoded = decode(stream, lambda w, h: thumbnailing.is_enough(w, h, cache.INDEX_SIZE_PX), max_pixels)
    return _sketch(decoded.image)


def verify_picture(path: bytes, places: Path, max_pixels: int) -> Verified:
    """Prove that a file is a picture by decoding it whole; nothing is kept.

    Raises:
        PictureError: It is not a usable picture.
        FileMovedOnError: It changed meanwhile.
    """
    with open_source(path, None) as source:
        decoded = decode(source.stream, lambda _w, _h: True, max_pixels)
    return Verified(source.md5, replace(_with_places(decoded.facts, places), sketch=_sketch(decoded.image)))


def read_pixels(path: bytes, spec: PixelSpec, max_pixels: int) -> NDArray[np.uint8]:
    """The pixels that a model wants, ``(crop_height, crop_width, 3)`` uint8; nothing is kept.

    Raises:
        PictureError: It is not a usable picture.
        FileMovedOnError: It changed meanwhile.
    """
    with open_source(path, None) as source:
        decoded = decode(source.stream, lambda w, h: geometry.is_enough(w, h, spec), max_pixels)
    return geometry.model_pixels(decoded.image, spec)


def _sketch(image: Image.Image) -> bytes:
    try:
        return sketching.draw_sketch(image)
    except Exception as error:
        raise reasons.decoding_failed(error) from error


def _with_places(facts: PictureFacts, places: Path) -> PictureFacts:
    if facts.latitude is None or facts.longitude is None:
        return facts
    named = _geographer(places).name(facts.latitude, facts.longitude)
    return replace(facts, description=replace(facts.description, places=named))


@lru_cache(1)
def _geographer(places: Path) -> Geographer:
    return Geographer(places)


def _keep_thumbnail(decoded: Decoded, path: Path, size_px: int) -> Image.Image:
    """Keep a thumbnail unless it is there. Comes back as it was drawn; else the picture itself does."""
    if cache.is_kept(path):
        return decoded.image
    try:
        small = thumbnailing.shrink(decoded, size_px)
        jpeg = thumbnailing.encode(small)
    except Exception as error:
        raise reasons.decoding_failed(error) from error
    cache.keep(path, jpeg)
    return small

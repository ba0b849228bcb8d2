"""Opens a picture, proves that it can be decoded whole, and turns it into upright RGB. Runs in the worker.

The content decides what a file is, not its name. Beyond the pixel cap a picture is refused by its header alone,
but for JPEG, whose decoder can give an eighth of the size at a fraction of the cost (`Image.draft`).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile, JpegImagePlugin, UnidentifiedImageError

from photoseek.domain import PictureFacts
from photoseek.errors import PictureError
from photoseek.pictures import exif, memory, reasons
from photoseek.pictures.colour import to_rgb

IsEnough = Callable[[int, int], bool]

# Asked in this order; JPEG and with it MPO is asked before them. Others that Pillow knows are not taken:
# EPS starts a Ghostscript, and nobody's photos are PCX.
_FORMATS = ("PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")
_JPEG_MAGIC = b"\xff\xd8\xff"

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUARTER_TURNS = frozenset({5, 6, 7, 8})

# From here on a picture that can't be decoded small is made small by the box filter before anything else.
_LARGE_PIXELS = 50_000_000
_REDUCIBLE_MODES = frozenset({"L", "RGB", "CMYK"})

_BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2}  # in Pillow's memory; every other mode takes 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture that was decoded whole: ``image`` is RGB and upright, maybe reduced; the facts are of the file."""

    image: Image.Image
    facts: PictureFacts
    icc_profile: bytes | None


def prepare(max_pixels: int) -> None:
    """Set Pillow up for this process: HEIF, one thread a picture (the pool has the processors), our own cap.

    Pillow refuses what has over twice its limit, for WebP before it takes memory; ours is to be that double.
    """
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.MAX_IMAGE_PIXELS = max_pixels // 2


def decode(stream: BinaryIO, is_enough: IsEnough, max_pixels: int) -> Decoded:
    """Decode a picture, at a reduced size where its format can and ``is_enough`` allows.

    Args:
        stream: The whole file, at its beginning.
        is_enough: Whether a decode to this width and height, upright, loses nothing that is needed.
        max_pixels: Pixels that may be decoded at most.

    Raises:
        PictureError: It is no picture of a known format, broken, too large, or ends too early.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of every oddity in a file; we decide by the outcome
            with _open(stream) as image:
                return _decode(image, is_enough, max_pixels)
    except Exception as error:
        raise reasons.decoding_failed(error) from error


def read_facts(stream: BinaryIO) -> PictureFacts:
    """What a picture that was decoded before says of itself; its pixels are left alone where the format allows that.

    Raises:
        PictureError: It is no picture any more.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _open(stream) as image:
                return exif.read_facts(image, str(image.format), *image.size)
    except Exception as error:
        raise reasons.decoding_failed(error) from error


def _open(stream: BinaryIO) -> ImageFile.ImageFile:
    magic = stream.read(len(_JPEG_MAGIC))
    stream.seek(0)
    if magic == _JPEG_MAGIC:
        # Not by way of Image.open: that refuses a giant that a reduced decode can well take.
        return JpegImagePlugin.jpeg_factory(stream, "")
    try:
        return Image.open(stream, formats=_FORMATS)
    except UnidentifiedImageError as error:
        stream.seek(0)
        if _looks_known(stream.read(16)):
            raise PictureError(reasons.UNREADABLE) from error
        raise


def _looks_known(prefix: bytes) -> bool:
    """Whether one of our formats begins like this."""
    accepts = [Image.OPEN[name][1] for name in _FORMATS]
    return any(accept is not None and accept(prefix) is True for accept in accepts)


def _decode(image: ImageFile.ImageFile, is_enough: IsEnough, max_pixels: int) -> Decoded:
    is_jpeg = isinstance(image, JpegImagePlugin.JpegImageFile)
    size = image.size
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        _draft(image, is_enough, max_pixels)
    if image.width * image.height > max_pixels:
        raise PictureError(reasons.too_many_pixels(size[0] * size[1]))
    _check_memory(image, size)
    image.load()
    # After the decode: PNG has its EXIF behind the pixels, TIFF comes turned upright, HEIF may change its size.
    orientation = exif.read_orientation(image)
    width, height = size if is_jpeg else image.size
    if orientation in _QUARTER_TURNS:
        width, height = height, width
    facts = exif.read_facts(image, "JPEG" if is_jpeg else str(image.format), width, height)
    upright = to_rgb(_shrunk(image, orientation, is_enough))
    if orientation in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[orientation])
    profile = image.info.get("icc_profile")
    return Decoded(upright, facts, profile if image.mode == "RGB" and isinstance(profile, bytes) else None)


def _draft(image: JpegImagePlugin.JpegImageFile, is_enough: IsEnough, max_pixels: int) -> None:
    """Have the JPEG decoded at a half, a quarter or an eighth: as small as is enough, or as the cap wants."""
    allows = _allowed(image, exif.read_orientation(image), is_enough)
    scale = next((s for s in (8, 4, 2) if allows(s)), 1)
    while scale < 8 and image.width * image.height > max_pixels * scale * scale:
        scale *= 2
    if scale > 1:
        image.draft(None, (max(1, image.width // scale), max(1, image.height // scale)))


def _shrunk(image: Image.Image, orientation: int, is_enough: IsEnough) -> Image.Image:
    """A very large picture that came whole, as small as is enough, in its own mode: in RGB it might not fit."""
    if image.width * image.height < _LARGE_PIXELS or image.has_transparency_data:
        return image
    if image.mode == "1":
        image = image.convert("L")
    if image.mode not in _REDUCIBLE_MODES:
        return image
    allows = _allowed(image, orientation, is_enough)
    factor = 1
    while allows(factor + 1):
        factor += 1
    return image.reduce(factor) if factor > 1 else image


def _allowed(image: Image.Image, orientation: int, is_enough: IsEnough) -> Callable[[int], bool]:
    """Whether the picture, as it stands in the file, is enough when each side is divided."""
    width, height = (image.height, image.width) if orientation in _QUARTER_TURNS else image.size
    return lambda scale: max(width, height) > scale and is_enough(-(-width // scale), -(-height // scale))


def _check_memory(image: ImageFile.ImageFile, full_size: tuple[int, int]) -> None:
    """Refuse by the header what can't fit, with a clearer word than a decoder that fails half-way has."""
    needed = image.width * image.height * _BYTES_PER_PIXEL.get(image.mode, 4)
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    if image.info.get("progressive") and layers:
        # All coefficients of the full size are kept, 2 bytes each, whatever the scale (libjpeg, jdcoefct.c).
        most = max(horizontal * vertical for _, horizontal, vertical, _ in layers)
        share = sum(horizontal * vertical for _, horizontal, vertical, _ in layers) / most
        needed += int(full_size[0] * full_size[1] * share * 2)
    if needed > memory.budget_bytes():
        raise PictureError(reasons.TOO_MUCH_MEMORY)

"""The window's pictures, drawn with Pillow: thumbnails cut to tiles, the ring around the chosen one, the lens.

Nothing of Tk's here: any thread.
"""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageOps

# Edges are drawn this many times larger and made smaller: Pillow draws without half tones.
_FINER = 4


def cut_tile(data: bytes, size: tuple[int, int], paper: str, *, faded: bool = False) -> Image.Image:
    """A thumbnail, cut to fill a tile with round corners.

    Args:
        data: The picture, as the daemon sends it.
        size: The tile's width and height in pixels.
        paper: The colour behind it.
        faded: Whether it is shown paler, as one whose file can't be reached.

    Raises:
        OSError: It is no picture.
    """
    with Image.open(io.BytesIO(data)) as image:
        # Faces and things stand rather above the middle of an upright photo.
        filled = ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS, centering=(0.5, 0.42))
    ground = Image.new("RGB", size, paper)
    if faded:
        filled = Image.blend(ground, filled, 0.45)
    ground.paste(filled, mask=_round_mask(size, _corner_of(size)))
    return ground


def empty_tile(size: tuple[int, int], colour: str, paper: str) -> Image.Image:
    """A tile whose picture isn't there yet."""
    ground = Image.new("RGB", size, paper)
    ground.paste(Image.new("RGB", size, colour), mask=_round_mask(size, _corner_of(size)))
    return ground


def draw_ring(size: tuple[int, int], thickness: int, colour: str) -> Image.Image:
    """A ring to lie around a tile of that size: larger by its thickness and half of that as a gap, on all sides."""
    reach = thickness + thickness // 2 + 1
    whole = (size[0] + 2 * reach, size[1] + 2 * reach)
    corner = _corner_of(size) + reach
    outer = _round_mask(whole, corner).copy()
    inner_size = (whole[0] - 2 * thickness, whole[1] - 2 * thickness)
    outer.paste(0, (thickness, thickness), _round_mask(inner_size, corner - thickness))
    ring = Image.new("RGBA", whole, colour)
    ring.putalpha(outer)
    return ring


def draw_lens(size_px: int, colour: str) -> Image.Image:
    """A magnifying glass."""
    big = size_px * _FINER
    mask = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(mask)
    width = max(big // 10, 1)
    draw.ellipse((big * 0.08, big * 0.08, big * 0.70, big * 0.70), outline=255, width=width)
    draw.line((big * 0.62, big * 0.62, big * 0.90, big * 0.90), fill=255, width=width)
    lens = Image.new("RGBA", (size_px, size_px), colour)
    lens.putalpha(mask.resize((size_px, size_px), Image.Resampling.LANCZOS))
    return lens


def _corner_of(size: tuple[int, int]) -> int:
    """The radius of a tile's corners, in pixels."""
    return max(min(size) // 16, 3)


@cache
def _round_mask(size: tuple[int, int], corner: int) -> Image.Image:
    big = Image.new("L", (size[0] * _FINER, size[1] * _FINER), 0)
    ImageDraw.Draw(big).rounded_rectangle((0, 0, big.width - 1, big.height - 1), corner * _FINER, fill=255)
    return big.resize(size, Image.Resampling.LANCZOS)

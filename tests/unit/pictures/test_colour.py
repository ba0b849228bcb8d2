"""Every colour mode gives the colours that a person sees."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from photoseek.pictures.colour import to_rgb, to_srgb
from photoseek.pictures.decoding import decode

ORANGE = (230, 120, 40)


def seen(image: Image.Image, picture_format: str, **options: object) -> tuple[int, ...]:
    """The colour in the middle after a file was written and decoded."""
    file = io.BytesIO()
    image.save(file, picture_format, **options)
    return colour_of(file.getvalue())


def colour_of(data: bytes) -> tuple[int, ...]:
    rgb = decode(io.BytesIO(data), lambda w, h: False, 10**9).image
    assert rgb.mode == "RGB"
    colour = rgb.getpixel((rgb.width // 2, rgb.height // 2))
    assert isinstance(colour, tuple)
    return tuple(int(part) for part in colour)


def near(colour: tuple[int, ...], wanted: tuple[int, ...], by: int = 3) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF", "BMP", "GIF", "JPEG", "WEBP", "AVIF", "HEIF"])
def test_plain_colours_of_every_format(picture_format: str) -> None:
    assert near(seen(Image.new("RGB", (64, 64), ORANGE), picture_format), ORANGE, 6)


def test_cmyk_is_not_inverted() -> None:
    assert near(seen(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"), (255, 0, 0), 6)
    assert near(seen(Image.new("CMYK", (64, 64), (255, 0, 0, 0)), "TIFF"), (0, 255, 255), 6)


def test_grey_of_8_bits_and_of_1() -> None:
    assert seen(Image.new("L", (8, 8), 77), "PNG") == (77, 77, 77)
    assert seen(Image.new("1", (8, 8), 1), "PNG") == (255, 255, 255)
    assert seen(Image.new("1", (8, 8), 0), "TIFF") == (0, 0, 0)


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_scaled_and_not_clipped(picture_format: str) -> None:
    image = Image.fromarray(np.full((8, 8), 0x4D00, np.uint16))
    assert near(seen(image, picture_format), (77, 77, 77))


def test_grey_of_12_bits_uses_the_whole_range() -> None:
    """TIFF lets a file say that 4095 is white; Pillow hands the values over as they are."""
    image = Image.fromarray(np.full((8, 8), 4095, np.uint16))
    file = io.BytesIO()
    image.save(file, "TIFF")
    opened = Image.open(file)
    opened.load()
    opened.tag_v2[258] = (12,)  # type: ignore[attr-defined]
    assert to_rgb(opened).getpixel((0, 0)) == (255, 255, 255)


def test_whole_numbers_of_32_bits_and_floats_are_scaled() -> None:
    assert near(seen(Image.fromarray(np.full((8, 8), 77 * 257, np.int32)), "TIFF"), (77, 77, 77))
    assert near(seen(Image.fromarray(np.full((8, 8), 0.5, np.float32)), "TIFF"), (128, 128, 128))
    assert near(seen(Image.fromarray(np.full((8, 8), 77.0, np.float32)), "TIFF"), (77, 77, 77))


def test_a_float_picture_with_holes_is_a_picture() -> None:
    values = np.full((8, 8), 0.5, np.float32)
    values[0] = np.nan
    values[1] = np.inf
    assert near(seen(Image.fromarray(values), "TIFF"), (128, 128, 128))


def test_rgb_of_16_bits(shared_awkward: Path) -> None:
    data = (shared_awkward / "Flag_of_the_Netherlands-16bit.png").read_bytes()
    assert near(colour_of(data), (255, 255, 255))
    top = decode(io.BytesIO(data), lambda w, h: False, 10**9).image.getpixel((450, 50))
    assert isinstance(top, tuple)
    assert top[0] > 150
    assert top[1] < 60


@pytest.mark.parametrize("picture_format", ["PNG", "GIF"])
def test_a_palette_is_looked_up(picture_format: str) -> None:
    image = Image.new("RGB", (8, 8), ORANGE).convert("P", palette=Image.Palette.ADAPTIVE)
    assert near(seen(image, picture_format), ORANGE)


@pytest.mark.parametrize("picture_format", ["PNG", "GIF"])
def test_a_transparent_entry_of_the_palette_is_white(picture_format: str) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 10, 20, 30])
    assert seen(image, picture_format, transparency=1) == (255, 255, 255)


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_transparency_lies_on_white(picture_format: str) -> None:
    clear = Image.new("RGBA", (64, 64), (200, 0, 0, 0))
    assert near(seen(clear, picture_format), (255, 255, 255))
    half = Image.new("RGBA", (64, 64), (200, 0, 0, 128))
    assert near(seen(half, picture_format), (227, 127, 127), 8)
    opaque = Image.new("RGBA", (64, 64), (*ORANGE, 255))
    assert near(seen(opaque, picture_format), ORANGE, 8)


def test_grey_with_alpha_lies_on_white() -> None:
    assert seen(Image.new("LA", (8, 8), (77, 0)), "PNG") == (255, 255, 255)
    assert seen(Image.new("LA", (8, 8), (77, 255)), "PNG") == (77, 77, 77)


@pytest.mark.parametrize(("mode", "colour", "clear"), [("RGB", ORANGE, ORANGE), ("L", 77, 77), ("1", 1, 1)])
def test_one_colour_that_a_png_calls_transparent_is_white(mode: str, colour: object, clear: object) -> None:
    image = Image.new(mode, (8, 8), colour)  # type: ignore[arg-type]
    assert seen(image, "PNG", transparency=clear) == (255, 255, 255)


def test_lab_is_turned_into_rgb() -> None:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(Image.new("RGB", (8, 8), ORANGE), to_lab)
    assert lab is not None
    assert near(seen(lab, "TIFF"), ORANGE, 4)


def test_a_profile_is_applied_where_it_is_one() -> None:
    image = Image.new("RGB", (8, 8), ORANGE)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = to_srgb(image, srgb).getpixel((4, 4))
    assert isinstance(same, tuple)
    assert near(tuple(int(part) for part in same), ORANGE, 2)
    assert to_srgb(image, b"no profile at all") is image


def test_colours_of_a_wide_gamut_change_on_the_way_to_srgb(shared_awkward: Path) -> None:
    photo = io.BytesIO((shared_awkward / "immich_IMG_2682.heic").read_bytes())  # Display P3
    wide = decode(photo, lambda w, h: False, 10**9).icc_profile
    assert wide is not None
    turned = to_srgb(Image.new("RGB", (8, 8), (200, 60, 60)), wide).getpixel((4, 4))
    assert isinstance(turned, tuple)
    assert turned[0] > 205

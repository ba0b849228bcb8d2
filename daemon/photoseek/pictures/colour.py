"""From every mode that Pillow decodes to plain RGB, and from a camera's colour space to sRGB. Runs in the worker."""

import io
from functools import cache, lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

_DEEP_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
_BITS_PER_SAMPLE = 258  # TIFF 6.0, section 8


def to_rgb(image: Image.Image) -> Image.Image:
    """The picture in mode RGB: deep greys scaled (Pillow would clip them), transparency on white."""
    if image.mode in _DEEP_MODES:
        return _from_deep(image).convert("RGB")
    if image.mode == "LAB":
        converted = ImageCms.applyTransform(image, _lab_to_srgb())
        return converted if converted is not None else image
    if image.has_transparency_data:
        return _on_white(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture's colours as a screen shows them; as they are where the profile is no usable RGB profile.

    Args:
        image: Mode RGB.
        profile: ICC profile of its colours.
    """
    transform = _rgb_to_srgb(profile)
    try:
        converted = ImageCms.applyTransform(image, transform) if transform is not None else None
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted if converted is not None else image


def _from_deep(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    if values.dtype.kind == "u":
        shift = _bits(image) - 8
        return Image.fromarray(np.minimum(values >> shift, 255).astype(np.uint8))
    finite = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    highest = float(finite.max(initial=0.0))
    # Nothing in the file says what white is: the smallest usual one that no value is above.
    white = next((w for w in (1.0, 255.0, 65535.0) if highest <= w), highest)
    return Image.fromarray(np.clip(finite * (255 / white), 0, 255).round().astype(np.uint8))


def _bits(image: Image.Image) -> int:
    """Bits that are used of the 16: scanners write TIFFs with 12."""
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(_BITS_PER_SAMPLE, (16,))[0]
    return bits if 8 <= bits <= 16 else 16


def _on_white(image: Image.Image) -> Image.Image:
    rgba = image.convert("RGBA")
    if rgba.getchannel("A").getextrema()[0] == 255:
        return rgba.convert("RGB")
    canvas = Image.new("RGB", rgba.size, "white")
    canvas.paste(rgba, mask=rgba)
    return canvas


@cache
def _lab_to_srgb() -> Any:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")


@lru_cache(maxsize=8)
def _rgb_to_srgb(profile: bytes) -> Any:
    """The transform, or None; kept, since a person's cameras have few profiles and building one takes the time."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if own.profile.xcolor_space != "RGB ":
            return None
        return ImageCms.buildTransform(own, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):  # ValueError: names in it that are no ASCII
        return None

"""Reads from a model's own files how it wants a picture. Pure but for reading JSON; no torch.

The fields and their defaults are those of transformers' CLIP, SigLIP and ViT image processors.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from photoseek.domain import PixelSpec
from photoseek.embedding.hub import model_parts
from photoseek.errors import ModelError

# Counts up when the arithmetic on pixels changes such that old vectors are no longer comparable.
VERSION = 1

_HINT = "photoseek works with CLIP, SigLIP (not NaFlex) and ViT picture processors."
_CLIP_MEAN, _CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_HALF = (0.5, 0.5, 0.5)
_BICUBIC, _BILINEAR = 3, 2
_DEFAULTS: dict[str, dict[str, Any]] = {
    "CLIP": {
        "size": {"shortest_edge": 224},
        "crop_size": 224,
        "do_center_crop": True,
        "resample": _BICUBIC,
        "image_mean": _CLIP_MEAN,
        "image_std": _CLIP_STD,
    },
    "Siglip": {"size": 224, "do_center_crop": False, "resample": _BICUBIC, "image_mean": _HALF, "image_std": _HALF},
    "ViT": {"size": 224, "do_center_crop": False, "resample": _BILINEAR, "image_mean": _HALF, "image_std": _HALF},
}


def read_pixels(folder: Path) -> PixelSpec:
    """How the model in ``folder`` wants a picture.

    Raises:
        ModelError: It says nothing of pictures, or wants something that photoseek can't do.
    """
    for part in [*model_parts(folder), folder]:
        for name in ("preprocessor_config.json", "processor_config.json"):
            try:
                read = json.loads((part / name).read_bytes())
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                raise ModelError(f"{name} of the model can't be read: {error}") from error
            config = read.get("image_processor", read) if isinstance(read, dict) else {}
            if "image_processor_type" in config or "feature_extractor_type" in config:
                return pixels_of(config)
    raise ModelError("This model does not take pictures: it has no preprocessor_config.json.", _HINT)


def pixels_of(config: Mapping[str, Any]) -> PixelSpec:
    """How a ``preprocessor_config.json`` wants a picture.

    Raises:
        ModelError: An unknown processor, or a step that is not resize, centre crop and normalisation.
    """
    family = _family(config)
    given = _DEFAULTS[family] | {name: value for name, value in config.items() if value is not None}
    _check_steps(given)
    resize, width, height = _size(given["size"], square=family != "CLIP")
    crop_width, crop_height = width, height
    if given["do_center_crop"]:
        _, crop_width, crop_height = _size(given.get("crop_size", given["size"]), square=True)
    elif resize == "shortest_edge":
        raise ModelError("This model takes pictures of any shape.", _HINT)
    if crop_width > width or crop_height > height:
        raise ModelError("This model crops a larger picture than it resizes to.", _HINT)
    plain = not given.get("do_normalize", True)
    return PixelSpec(
        resize="shortest_edge" if resize == "shortest_edge" else "exact",
        resize_width=width,
        resize_height=height,
        crop_width=crop_width,
        crop_height=crop_height,
        resample=int(given["resample"]),
        mean=(0.0, 0.0, 0.0) if plain else _channels(given["image_mean"]),
        std=(1.0, 1.0, 1.0) if plain else _channels(given["image_std"]),
    )


def _family(config: Mapping[str, Any]) -> str:
    said = str(config.get("image_processor_type") or config.get("feature_extractor_type"))
    name = said
    for ending in ("Fast", "Pil", "ImageProcessor", "FeatureExtractor"):
        name = name.removesuffix(ending)
    if name not in _DEFAULTS:
        raise ModelError(f"This model prepares pictures with {said}, which photoseek does not know.", _HINT)
    return name


def _check_steps(given: Mapping[str, Any]) -> None:
    if not given.get("do_resize", True) or not given.get("do_rescale", True):
        raise ModelError("This model wants pictures that are not resized or not scaled to 0 to 1.", _HINT)
    if abs(float(given.get("rescale_factor", 1 / 255)) * 255 - 1) > 1e-6:
        raise ModelError("This model scales pixels by another factor than 1/255.", _HINT)


def _size(size: object, *, square: bool) -> tuple[str, int, int]:
    """Kind, width and height; a bare number is from the time before transformers 4.25."""
    if isinstance(size, int):
        return ("exact" if square else "shortest_edge"), size, size
    if isinstance(size, dict) and {"height", "width"} <= size.keys() and size["height"] and size["width"]:
        return "exact", int(size["width"]), int(size["height"])
    if isinstance(size, dict) and size.get("shortest_edge") and not size.get("longest_edge"):
        return "shortest_edge", int(size["shortest_edge"]), int(size["shortest_edge"])
    raise ModelError(f"This model wants pictures of a size that photoseek does not understand: {size}.", _HINT)


def _channels(values: Any) -> tuple[float, float, float]:
    try:
        red, green, blue = (float(value) for value in values)
    except (TypeError, ValueError) as error:
        raise ModelError("This model does not take pictures of three colours.", _HINT) from error
    return red, green, blue

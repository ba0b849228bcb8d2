"""Photographs as a camera makes them, in size and in weight, drawn by a seeded generator."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TWELVE_MEGAPIXELS = (4000, 3000)
GRAIN = 6.0
"""Sensor noise, in grey levels: makes the JPEG about as heavy as a camera's (3 to 5 MB at quality 90)."""


def take_photos(folder: Path, number: int, *, first_seed: int = 0, size: tuple[int, int] = TWELVE_MEGAPIXELS) -> None:
    """Fill a new folder with so many different photographs.

    Each is one scene, shifted: another picture for decoder and model, drawn in a fraction of the time.
    """
    folder.mkdir(parents=True)
    scene = draw_scene(first_seed, size)
    shifts = np.random.default_rng(first_seed).choice(size[0] * size[1], number, replace=False)
    for seed, shift in enumerate(shifts.tolist(), first_seed):
        photo = Image.fromarray(np.roll(scene, divmod(shift, size[0]), axis=(0, 1)))
        photo.save(folder / f"IMG_{seed:05}.jpg", quality=90)


def draw_scene(seed: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Large shapes, small detail and grain: ``(height, width, 3)`` uint8."""
    random = np.random.default_rng(seed)
    width, height = size
    layers = np.zeros((height, width, 3), np.float32)
    for cells, weight in ((4, 0.5), (24, 0.3), (200, 0.2)):
        coarse = random.integers(0, 256, (max(cells * height // width, 1), cells, 3), np.uint8)
        layers += weight * np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC), np.float32)
    layers += GRAIN * random.standard_normal((height, width, 1), np.float32)
    return layers.clip(0, 255).astype(np.uint8)

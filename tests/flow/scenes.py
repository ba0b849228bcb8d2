"""Pictures that no two seeds make alike, and what people do to pictures."""

from pathlib import Path

import numpy as np
from PIL import Image


def draw(path: Path, seed: int, size: tuple[int, int] = (64, 48)) -> Path:
    """A small picture that is like no other seed's."""
    noise = Image.effect_noise(size, 60 + seed % 100)
    Image.merge("RGB", [noise, noise.point(lambda v: (v * 7 + seed) % 256), noise]).save(path)
    return path


def draw_scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Large shapes and small detail, by lot."""
    random = np.random.default_rng(seed)
    layers = np.zeros((size[1], size[0], 3), np.float32)
    for cells, weight in ((4, 0.45), (12, 0.35), (60, 0.2)):
        coarse = random.integers(0, 256, (max(cells * size[1] // size[0], 1), cells, 3), np.uint8)
        layers += weight * np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC), np.float32)
    return Image.fromarray(layers.clip(0, 255).astype(np.uint8))


def cropped(picture: Image.Image, left: float, upper: float, right: float, lower: float) -> Image.Image:
    """Without these shares of it."""
    width, height = picture.size
    return picture.crop(
        (round(left * width), round(upper * height), round((1 - right) * width), round((1 - lower) * height))
    )


def lighter(picture: Image.Image, factor: float) -> Image.Image:
    """Each level times a factor."""
    return Image.fromarray((np.asarray(picture, np.float32) * factor).clip(0, 255).astype(np.uint8))


def on_screen(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """As large as it fits on a black screen."""
    scale = min(size[0] / picture.width, size[1] / picture.height)
    small = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    screen = Image.new("RGB", size)
    screen.paste(small, ((size[0] - small.width) // 2, (size[1] - small.height) // 2))
    return screen

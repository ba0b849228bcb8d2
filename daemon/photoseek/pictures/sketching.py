"""Draws sketches: what a picture roughly looks like, in some hundred bytes, by which stacks are made.

A sketch is the picture in grey, 32 by 32 pixels, as the lowest coefficients of a cosine transform (so does pHash:
Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions"). Each is multiplied by its frequency,
since in photographs they fall with it (Field 1987, "Relations between the statistics of natural images"): so all of
them count alike. It hangs on no model, and says nothing that the thumbnail doesn't. Runs in the worker.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import SKETCH_SIDE, pack_sketch

_SIDE_PX = 32
_LEAST_PX = 16
"""Of a smaller picture's shorter side there is nothing to say."""
_LOOKED_AT_PX = 160
"""Margins are looked for at about this size."""
_BLACK = 8
"""Grey levels up to which it is black, for a JPEG is never quite."""
_LEAST_CONTRAST = 4.0
"""Standard deviation in grey levels: below, a sketch would be of noise."""
_LEAST_DETAIL = 6.0
"""Coefficients that count: below, it is a gradient, and like any other one."""


def draw_sketch(image: Image.Image) -> bytes:
    """The sketch of a picture, upright and RGB; empty where there is too little in it to tell it from others."""
    if min(image.size) < _LEAST_PX:
        return b""
    small = image.reduce(max(1, max(image.size) // _LOOKED_AT_PX)).convert("L")
    box = _without_margins(np.asarray(small, np.int16))
    if min(box[2] - box[0], box[3] - box[1]) < 1:
        return b""
    grey = np.asarray(small.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BOX, box), np.float32)
    if grey.std() < _LEAST_CONTRAST:
        return b""
    weighted = _BASIS @ grey @ _BASIS.T * _WEIGHTS
    if _detail(weighted) < _LEAST_DETAIL:
        return b""
    # As it is seen: a reduced decode may be off by half a pixel.
    width, height = (box[2] - box[0]) * image.width / small.width, (box[3] - box[1]) * image.height / small.height
    return pack_sketch(weighted, width / height)


def _without_margins(grey: NDArray[np.int16]) -> tuple[int, int, int, int]:
    """Left, upper, right and lower end of the picture without black bars at two opposite sides.

    That is how a picture of another shape stands on a screen.
    """
    upper, lower = _margins(grey)
    left, right = _margins(grey[upper : grey.shape[0] - lower].T)
    return left, upper, grey.shape[1] - right, grey.shape[0] - lower


def _margins(grey: NDArray[np.int16]) -> tuple[int, int]:
    """Black rows at the beginning and at the end; none unless there are as many of each, give or take one."""
    black = grey.max(axis=1) <= _BLACK
    first, last = int(np.argmin(black)), int(np.argmin(black[::-1]))
    return (first, last) if first and abs(first - last) <= 1 else (0, 0)


def _detail(weighted: NDArray[np.float32]) -> float:
    """How many of the coefficients count: all of them if they are equal, one if there is one (participation ratio)."""
    power = weighted.astype(np.float64) ** 2
    total = float(power.sum())
    return total**2 / float((power**2).sum()) if total else 0.0


def _cosines(number: int, samples: int) -> NDArray[np.float32]:
    """The lowest functions of the orthonormal DCT-II, ``(number, samples)``."""
    moments = (np.arange(samples) + 0.5) / samples
    basis = np.cos(np.pi * np.arange(number)[:, np.newaxis] * moments) * np.sqrt(2 / samples)
    basis[0] /= np.sqrt(2)
    return np.asarray(basis, np.float32)


_BASIS = _cosines(SKETCH_SIDE, _SIDE_PX)
_WEIGHTS = np.hypot(*np.mgrid[:SKETCH_SIDE, :SKETCH_SIDE]).astype(np.float32)

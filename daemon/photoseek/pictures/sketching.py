"""Draws sketches: what a picture roughly looks like, in so few bytes that each can have one, by which stacks are made.

A sketch is the picture in grey, 32 by 32 pixels, as the lowest coefficients of a cosine transform (so does pHash:
Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions"). Each is multiplied by its frequency,
since in photographs they fall with it (Field 1987, "Relations between the statistics of natural images"): so all of
them count alike.

Two letters of one firm, two screens of one program are the same picture to that, so it holds as well how light each of
48 by 48 places is: ``library.detail`` compares those.

It hangs on no model, and says nothing that the thumbnail doesn't. Runs in the worker.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import GREY_SIDE, SKETCH_SIDE, pack_sketch

_SIDE_PX = 32
_LEAST_PX = 16
"""Of a smaller picture's shorter side there is nothing to say."""
_LOOKED_AT_PX = 256
"""Margins are looked for at about this size."""
_BLACK = 8
"""Grey levels up to which it is black, for a JPEG is never quite."""
_LEAST_CONTRAST = 4.0
"""Standard deviation in grey levels: below, a sketch would be of noise."""
_LEAST_DETAIL = 6.0
"""Coefficients that count: below, it is a gradient, and like any other one."""
_LEAST_ACROSS = 0.01
"""Of what counts, what must vary in both directions: a horizon alone is like any other one. A letter has .02, the
emptiest of 129 photographs .3."""


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
    if _number_of_parts(weighted) < _LEAST_DETAIL or _share_across(weighted) < _LEAST_ACROSS:
        return b""
    # With a box a place is one pixel more or less, as it happens: here that is seen.
    places = np.asarray(small.resize((GREY_SIDE, GREY_SIDE), Image.Resampling.HAMMING, box))
    # As it is seen: a reduced decode may be off by half a pixel.
    width, height = (box[2] - box[0]) * image.width / small.width, (box[3] - box[1]) * image.height / small.height
    return pack_sketch(weighted, width / height, places, barred=box != (0, 0, *small.size))


def _without_margins(grey: NDArray[np.int16]) -> tuple[float, float, float, float]:
    """Left, upper, right and lower end of the picture without black bars at two opposite sides.

    That is how a picture of another shape stands on a screen.
    """
    height, width = grey.shape
    upper, lower = _margins(grey)
    left, right = _margins(grey[math.ceil(upper) : height - math.ceil(lower)].T)
    return left, upper, width - right, height - lower


def _margins(grey: NDArray[np.int16]) -> tuple[float, float]:
    """Black rows at the beginning and at the end; none unless there are as many of each, give or take one."""
    black = grey.max(axis=1) <= _BLACK
    first, last = int(np.argmin(black)), int(np.argmin(black[::-1]))
    if not first or abs(first - last) > 1:
        return 0, 0
    light = grey.mean(axis=1)
    return first + _black_share(light[first:]), last + _black_share(light[::-1][last:])


def _black_share(light: NDArray[np.float64]) -> float:
    """Of the first row of a picture what is still black, by the row behind it."""
    return float(1 - min(light[0] / light[1], 1)) if len(light) > 1 and light[1] else 0.0


def _number_of_parts(weighted: NDArray[np.float32]) -> float:
    """How many of the coefficients count: all of them if they are equal, one if there is one (participation ratio)."""
    power = weighted.astype(np.float64) ** 2
    total = float(power.sum())
    return total**2 / float((power**2).sum()) if total else 0.0


def _share_across(weighted: NDArray[np.float32]) -> float:
    """Of the power of all coefficients, that of those which vary in both directions."""
    power = weighted.astype(np.float64) ** 2
    return float(power[1:, 1:].sum() / power.sum())


def _cosines(number: int, samples: int) -> NDArray[np.float32]:
    """The lowest functions of the orthonormal DCT-II, ``(number, samples)``."""
    moments = (np.arange(samples) + 0.5) / samples
    basis = np.cos(np.pi * np.arange(number)[:, np.newaxis] * moments) * np.sqrt(2 / samples)
    basis[0] /= np.sqrt(2)
    return np.asarray(basis, np.float32)


_BASIS = _cosines(SKETCH_SIDE, _SIDE_PX)
_WEIGHTS = np.hypot(*np.mgrid[:SKETCH_SIDE, :SKETCH_SIDE]).astype(np.float32)

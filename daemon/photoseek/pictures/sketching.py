"""Draws sketches: what a picture roughly looks like, in some hundred bytes, by which stacks are made.

A sketch is the picture in grey, 32 by 32 pixels, as the lowest coefficients of a cosine transform (so does pHash:
Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions"). Each is multiplied by its frequency,
since in photographs they fall with it (Field 1987, "Relations between the statistics of natural images"): so all of
them count alike.

Two letters of one firm, two screens of one program are the same picture to that, so it holds the detail as well: how
much lighter each place is than those about it, measured by how much those vary (local contrast normalisation: Jarrett
et al. 2009, "What is the best multi-stage architecture for object recognition?"). There the grey of a line of text
counts as much as the black bar above it.

It hangs on no model, and says nothing that the thumbnail doesn't. Runs in the worker.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import DETAIL_SIDE, MOST_DETAIL, SKETCH_SIDE, pack_sketch

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
_AROUND = 2
"""Places about one, to each side."""
_LEAST_VARIED = 3.0
"""Standard deviation about a place: of less it is noise that is seen. In steps of ``_lightness``, as below."""
_MOST_VARIED = 2.1
"""Standard deviations that the largest step means."""


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
    if _number_of_parts(weighted) < _LEAST_DETAIL:
        return b""
    # With a box a place is one pixel more or less, as it happens: here that is seen.
    places = small.resize((DETAIL_SIDE, DETAIL_SIDE), Image.Resampling.HAMMING, box)
    detail = _detail(np.asarray(places, np.float32))
    # As it is seen: a reduced decode may be off by half a pixel.
    width, height = (box[2] - box[0]) * image.width / small.width, (box[3] - box[1]) * image.height / small.height
    return pack_sketch(weighted, width / height, detail, barred=box != (0, 0, *small.size))


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


def _detail(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """How each place differs from those about it, in steps up to ``MOST_DETAIL``."""
    lightness = _lightness(grey)
    different = lightness - _mean_about(lightness)
    varied = np.sqrt(_mean_about(different**2) + np.float32(_LEAST_VARIED**2))
    steps: NDArray[np.float32] = different / varied * np.float32(MOST_DETAIL / _MOST_VARIED)
    return steps


def _lightness(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """By its logarithm, in which an exposure is added; about as many steps as grey levels in the middle."""
    lightness: NDArray[np.float32] = 46 * np.log1p(grey / 16)
    return lightness


def _mean_about(values: NDArray[np.float32]) -> NDArray[np.float32]:
    side = 2 * _AROUND + 1
    wide = np.pad(values, _AROUND, mode="reflect")
    rows = np.lib.stride_tricks.sliding_window_view(wide, side, axis=0).mean(axis=-1)
    means: NDArray[np.float32] = np.lib.stride_tricks.sliding_window_view(rows, side, axis=1).mean(axis=-1)
    return means


def _cosines(number: int, samples: int) -> NDArray[np.float32]:
    """The lowest functions of the orthonormal DCT-II, ``(number, samples)``."""
    moments = (np.arange(samples) + 0.5) / samples
    basis = np.cos(np.pi * np.arange(number)[:, np.newaxis] * moments) * np.sqrt(2 / samples)
    basis[0] /= np.sqrt(2)
    return np.asarray(basis, np.float32)


_BASIS = _cosines(SKETCH_SIDE, _SIDE_PX)
_WEIGHTS = np.hypot(*np.mgrid[:SKETCH_SIDE, :SKETCH_SIDE]).astype(np.float32)

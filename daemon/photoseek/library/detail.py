"""Whether two pictures that roughly look the same are the same in detail too: not two letters of one firm.

What is compared is a picture with another one or its part, as in ``nearness``, place by place. Pictures that share
a frame fit best as they are, so there they have to fit closely, or nowhere badly: what differs in two letters differs
in one region, what compression or another exposure does to a photo is about the same everywhere. Where a part fits far
better than the whole, one was cut from the other, which was never seen of different pictures of one frame; it need not
fit as closely, for its places don't come to lie on those of the whole. Pure arithmetic; ``tests/benchmarks/stacks.py``
measures it.
"""

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import DETAIL_SIDE

WHOLE = 0.98
"""From here on they are the same as they are, ..."""
EVENLY = 0.96
"""... or from here on, if ..."""
NOWHERE_LESS = 0.93
"""... each region fits so well."""
ON_SCREEN = 0.93
"""The same for a picture and what it is on a screen, small between black bars; others of one frame have both no bars,
or both."""
PART = 0.86
"""From here on one is a part of the other, if ..."""
GAIN = 0.1
"""... it fits so much better than the whole, and ..."""
PART_NOWHERE_LESS = 0.55
"""... each region of it so well: lines of text come to lie on other lines here and there; and if ..."""
PART_LEAST_DETAIL = 0.7
"""... places differ by so many steps on the average: a horizon is a part of any other one. Of 129 photographs one has
less."""

_COMPARED_SIDE = 32
"""Places that are compared: a little less than there are, or those of a part lie too far from each other."""
_REGIONS = 4
"""In each direction."""
_LITTLE = 0.2
"""Of the detail that a region has on the average: where there is hardly more, nothing can fit badly."""
_CUT_STEP = 0.0125
_MOST_CUT_STEPS = 4
"""Off both ends together."""

Details = NDArray[np.float32]


def same_detail(one: Details, others: Details, on_screen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a picture is the same as each of the others.

    Args:
        one: Its detail, ``(side, side)``.
        others: Theirs, ``(n, side, side)``.
        on_screen: Which of them lay between bars if that one didn't, or the other way round, ``(n,)``.

    Returns:
        ``(n,)``. Two in which there is none are the same.
    """
    whole, wholes = _parts(one[np.newaxis], _WHOLE)[:, 0], _parts(others, _WHOLE)[:, 0]
    fits = wholes @ whole[0]
    evenly = (fits >= EVENLY) & (_worst_region(whole, wholes) >= NOWHERE_LESS)
    same: NDArray[np.bool_] = evenly | (fits >= np.where(on_screen, ON_SCREEN, WHOLE))
    is_part = _is_part(whole, _parts(others, _CUT), fits) | _is_part(wholes, _parts(one[np.newaxis], _CUT), fits)
    same |= is_part & (np.minimum(_amount(others), _amount(one[np.newaxis])) >= PART_LEAST_DETAIL)
    same |= ~others.any(axis=(1, 2)) & ~one.any()
    return same


def _amount(details: Details) -> Details:
    amount: Details = np.abs(details).mean(axis=(1, 2))
    return amount


def _is_part(wholes: Details, parts: Details, fits: Details) -> NDArray[np.bool_]:
    """Whether a whole ``(n or 1, k)`` is one of some parts ``(n or 1, m, k)``, rather than what it is a part of."""
    fit = (parts @ wholes[:, :, np.newaxis])[:, :, 0]
    best = fit.argmax(axis=1)[:, np.newaxis]
    part = np.take_along_axis(parts, best[:, :, np.newaxis], axis=1)[:, 0]
    best_fit = np.take_along_axis(fit, best, axis=1)[:, 0]
    is_part: NDArray[np.bool_] = best_fit >= np.maximum(PART, fits + GAIN)
    return is_part & (_worst_region(wholes, part) >= PART_NOWHERE_LESS)


def _worst_region(ones: Details, others: Details) -> Details:
    """How well that region fits that fits worst, by whichever of the two has more detail there: ``(n,)``."""
    mine, theirs, both = _by_region(ones * ones), _by_region(others * others), _by_region(ones * others)
    little = _LITTLE / _REGIONS**2
    worst: Details = ((both + little) / (np.maximum(mine, theirs) + little)).min(axis=1)
    return worst


def _by_region(values: Details) -> Details:
    side = _COMPARED_SIDE // _REGIONS
    summed: Details = values.reshape(-1, _REGIONS, side, _REGIONS, side).sum(axis=(2, 4)).reshape(-1, _REGIONS**2)
    return summed


def _parts(details: Details, maps: Details) -> Details:
    """All parts ``(n, m, k)`` that pairs of these maps make of each, unit length."""
    number, side, lines = len(details), _COMPARED_SIDE, maps.reshape(-1, DETAIL_SIDE)
    parts = (lines @ details @ lines.T).reshape(number, len(maps), side, len(maps), side)
    flat = parts.transpose(0, 1, 3, 2, 4).reshape(number, len(maps) ** 2, side**2)
    unit: Details = flat / np.maximum(np.linalg.norm(flat, axis=2, keepdims=True), np.float32(1e-9))
    return unit


def _maps(*strips: tuple[float, float]) -> Details:
    """Lead from a line to its part without these shares of it, ``(m, k, side)``; linear interpolation."""
    return np.stack([_map(before, 1 - before - behind) for before, behind in strips])


def _map(first: float, length: float) -> Details:
    centres = (first + (np.arange(_COMPARED_SIDE) + 0.5) / _COMPARED_SIDE * length) * DETAIL_SIDE - 0.5
    reach = max(1.0, length * DETAIL_SIDE / _COMPARED_SIDE)
    weights = np.maximum(0, 1 - np.abs(centres[:, np.newaxis] - np.arange(DETAIL_SIDE)) / reach)
    shares: Details = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


_WHOLE = _maps((0, 0))
_CUT = _maps(
    *(
        (before * _CUT_STEP, behind * _CUT_STEP)
        for before in range(_MOST_CUT_STEPS + 1)
        for behind in range(_MOST_CUT_STEPS + 1 - before)
    )
)

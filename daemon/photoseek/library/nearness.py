"""How near two pictures are by their sketches: 1 for the same picture, about 0 for two that have nothing in common.

A copy may have lost a strip at any of its sides, so what is compared is one sketch with the other one's part, for many
parts: a sketch is a sum of cosines, and so is each part of it. Of two moments of a burst each may have lost a strip
that the other one has. Pure arithmetic; ``tests/benchmarks/stacks.py`` measures it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import SKETCH_SIDE

COPY = 0.93
"""From here on they are one picture: resized, compressed, cropped, lighter or darker."""
MOMENT = 0.65
"""From here on they are moments of one scene, if one camera took them within ``MOMENT_S``."""
MOMENT_S = 10.0
HINT = 0.55
"""Below this, as they are and by their coarsest part alone, no two copies were seen."""
MOST_STRETCHED = 1.15
"""Proportion of two copies' aspects at most: a strip is lost at one side, not at the other."""

HEAD_SIDE = 8
"""The coarsest part."""
_COMPARED_SIDE = 12
"""Finer than this, two copies differ by how they were cropped; but a part of a picture is made of all it has."""
_CUTS = (0.0, 0.025, 0.05)
_SHIFTS = (-0.06, -0.03, 0.0, 0.03, 0.06)
_SAMPLES = 64

Sketches = NDArray[np.float32]


def heads(sketches: Sketches) -> NDArray[np.float32]:
    """The coarsest parts ``(n, HEAD_SIDE ** 2)`` of sketches ``(n, side, side)``, unit length: their products hint."""
    return _unit(sketches[:, :HEAD_SIDE, :HEAD_SIDE])


def nearness(one: Sketches, others: Sketches, *, moments: bool = False) -> NDArray[np.float32]:
    """How near a picture is to others, -1 to 1.

    Args:
        one: Its sketch, ``(side, side)``.
        others: Theirs, ``(n, side, side)``.
        moments: Whether both may have moved.

    Returns:
        ``(n,)``.
    """
    whole, parts = _parts(one, _WHOLE, _WHOLE)[0], _parts(one, _CROPPED, _CROPPED)
    moved = _parts(one, _MOVED, _MOVED) if moments else None
    found = np.empty(len(others), np.float32)
    for number, other in enumerate(others):  # all together they leave the processor's cache: three times as long
        cropped = _parts(other, _CROPPED, _CROPPED) @ whole
        found[number] = max(cropped.max(), (parts @ _parts(other, _WHOLE, _WHOLE)[0]).max())
        if moved is not None:
            moved_back = _parts(other, _MOVED_BACK, _MOVED_BACK)
            found[number] = max(found[number], np.einsum("mk,mk->m", moved, moved_back).max())
    return found


def _parts(sketch: Sketches, rows: Sketches, columns: Sketches) -> NDArray[np.float32]:
    """All parts ``(m, k)`` that a map of the rows and one of the columns make of a sketch, unit length."""
    side = _COMPARED_SIDE
    across = (sketch / _FREQUENCIES) @ columns.reshape(-1, SKETCH_SIDE).T
    parts = (rows.reshape(-1, SKETCH_SIDE) @ across).reshape(len(rows), side, len(columns), side)
    return _unit((parts.transpose(0, 2, 1, 3) * _FREQUENCIES[:side, :side]).reshape(-1, side, side))


def _unit(coefficients: Sketches) -> NDArray[np.float32]:
    flat = coefficients.reshape(len(coefficients), math.prod(coefficients.shape[1:])).copy()
    flat[:, 0] = 0  # how light it is
    unit: NDArray[np.float32] = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), np.float32(1e-9))
    return unit


def _maps(*strips: tuple[float, float]) -> Sketches:
    """Lead from the cosine coefficients of a line to those of its part without these shares of it, ``(m, k, side)``."""
    places = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    numbers = np.arange(SKETCH_SIDE)
    analysed = np.cos(np.pi * np.outer(numbers[:_COMPARED_SIDE], places)) * (2 / _SAMPLES)
    analysed[0] /= 2
    drawn = [np.cos(np.pi * np.outer(before + (1 - before - behind) * places, numbers)) for before, behind in strips]
    return np.stack([analysed @ one for one in drawn]).astype(np.float32)


_FREQUENCIES = np.maximum(np.hypot(*np.mgrid[:SKETCH_SIDE, :SKETCH_SIDE]), 1).astype(np.float32)
_WHOLE = _maps((0, 0))
_CROPPED = _maps(*((before, behind) for before in _CUTS for behind in _CUTS))
_MOVED = _maps(*((max(shift, 0), max(-shift, 0)) for shift in _SHIFTS))
_MOVED_BACK = _MOVED[::-1]

"""Whether two pictures that roughly look the same are the same in detail too: not two letters of one firm.

The detail is how much lighter each place is than those about it, measured by how much those vary (local contrast
normalisation: Jarrett et al. 2009, "What is the best multi-stage architecture for object recognition?"): the grey of a
line of text counts as much as the black bar above it. Before it is looked at, the one is made as light as the other:
where it has a grey it gets what the other has there on the average. So what was done to all places of one grey, such as
to let bright ones burn out, makes no difference, and a text in the place of another one does.

What is compared is a picture with another one, or with its part as in ``nearness``. Where a part fits far better than
the whole, one was cut from the other; then the cut is looked for more closely, and each region has to fit. Pure
arithmetic; ``tests/benchmarks/stacks.py`` measures it.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import GREY_SIDE

SAME = 0.988
"""From here on they are the same as they are. Of 200 letters and 200 invoices no two fit by more than .987; of copies
that were resized, compressed or exposed otherwise 98 % fit by .99 or more."""
WORTH_A_LOOK = 0.6
"""Below this, as they are, no copy got there, also by a stop and a half."""
GAIN = 0.1
"""Where one is a part of the other it fits so much better than the whole; ..."""
NOWHERE_LESS = 0.81
"""... and then each region fits so well, ..."""
LEAST_DETAIL = 0.22
"""... and places differ from those about them by so many standard deviations on the average: a few edges can be moved
onto those of another picture of one frame. Of 129 photographs one has less."""
ON_SCREEN = 0.9
"""A part fits so well if one of them lay between black bars, small as on a screen: others of one frame have no bars,
or both."""

_COMPARED_SIDE = 32
"""Places of a part that are compared: fewer than there are, or those of a part lie too far from each other."""
_REGIONS = 4
"""In each direction."""
_LITTLE = 0.2
"""Of the detail that a region has on the average: where there is hardly more, nothing can fit badly."""
_MOST_CUT = 0.05
"""Off both ends together."""
_REACH = 2
"""Places so far from each other can count for the same place of a part."""
_CUT_STEPS = 4
_FINE_CUT_STEPS = 16

_AROUND = 2
"""Places about one, to each side."""
_LEAST_VARIED = 5.0
"""Standard deviation about a place: of less it is noise that is seen. About in grey levels."""
_TONES = 32
"""Greys that are told apart to make one picture as light as another."""

Greys = NDArray[np.uint8]
Values = NDArray[np.float32]


def same_detail(one: Greys, others: Greys, on_screen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a picture is the same as each of the others.

    Args:
        one: How light its places are, ``(side, side)``.
        others: Theirs, ``(n, side, side)``.
        on_screen: Which of them lay between bars if that one didn't, or the other way round, ``(n,)``.

    Returns:
        ``(n,)``. Two in which there is no detail are the same.
    """
    mine, *theirs = (_Picture(grey.astype(np.float32)) for grey in (one, *others))
    same = [_same(mine, other, bool(bars)) for other, bars in zip(theirs, on_screen, strict=True)]
    return np.array(same, np.bool_)


@dataclass(frozen=True, eq=False)
class _Picture:
    """One of those that are compared, or a part of it, with what is worked out of it once."""

    grey: Values

    @cached_property
    def detail(self) -> Values:
        return _detail(self.grey)

    @cached_property
    def amount(self) -> float:
        return float(np.abs(self.detail).mean())

    @cached_property
    def whole(self) -> Values:
        return _unit(_part(self.detail, _WHOLE, _WHOLE))

    @cached_property
    def without_sides(self) -> Values:
        """The detail without each of the strips at the left and the right, ``(n, GREY_SIDE, _)``."""
        return np.asarray(self.detail @ _CUTS.maps.transpose(0, 2, 1), np.float32)

    def part(self, rows: Values, columns: Values) -> "_Picture":
        return _Picture(_part(self.grey, rows, columns))


def _same(one: _Picture, other: _Picture, on_screen: bool) -> bool:
    if not one.amount or not other.amount:
        return one.amount == other.amount
    as_they_are = _fit(one.detail, other.detail)
    if as_they_are >= WORTH_A_LOOK and max(_fit(*pair) for pair in _made_alike(one, other)) >= SAME:
        return True
    if min(one.amount, other.amount) < LEAST_DETAIL:
        return False
    least = 0 if on_screen else float((one.whole * other.whole).sum()) + GAIN
    fits, whole, cut = max(
        ((_fits(whole.whole, cut.without_sides, _CUTS), whole, cut) for whole, cut in ((one, other), (other, one))),
        key=lambda found: float(found[0].max()),
    )
    return float(fits.max()) >= least and _is_part(whole, cut, int(fits.argmax()) % fits.shape[1], on_screen)


def _is_part(one: _Picture, other: _Picture, sides: int, on_screen: bool) -> bool:
    """Whether a picture is that part of the other which is the most like it: roughly the one without these sides."""
    cuts = _cuts(_FINE_CUT_STEPS)
    rows = cuts.maps[_fits(one.whole, other.without_sides[sides : sides + 1], cuts).argmax()]
    across = (rows @ other.detail).T[np.newaxis]
    columns = cuts.maps[_fits(one.whole.T, across, cuts).argmax()]
    alike = _made_alike(one.part(_WHOLE, _WHOLE), other.part(rows, columns))
    if on_screen:
        return max(_fit(*pair) for pair in alike) >= ON_SCREEN
    return max(_worst_region(*pair) for pair in alike) >= NOWHERE_LESS


def _made_alike(one: _Picture, other: _Picture) -> list[tuple[Values, Values]]:
    """The details of both, with the first made as light as the second, and the other way round."""
    return [
        (_detail(_as_light_as(one.grey, other.grey)), other.detail),
        (one.detail, _detail(_as_light_as(other.grey, one.grey))),
    ]


def _as_light_as(one: Values, other: Values) -> Values:
    tones = (one.ravel() * (_TONES / 256)).astype(np.int64)
    number = np.bincount(tones, minlength=_TONES)
    mine, theirs = (np.bincount(tones, grey.ravel(), _TONES)[number > 0] for grey in (one, other))
    number = number[number > 0]
    return np.interp(one, mine / number, theirs / number).astype(np.float32)


def _detail(grey: Values) -> Values:
    """How each place differs from those about it, in standard deviations."""
    lightness = 46 * np.log1p(grey / 16)  # in which an exposure is added; in the middle as many steps as grey levels
    different = lightness - _mean_about(lightness)
    detail: Values = different / np.sqrt(_mean_about(different**2) + np.float32(_LEAST_VARIED**2))
    return detail


def _mean_about(values: Values) -> Values:
    about = _about(len(values))
    return np.asarray(about @ values @ about.T, np.float32)


@cache
def _about(side: int) -> Values:
    """Leads from a line to the means about its places."""
    wide = np.pad(np.eye(side, dtype=np.float32), ((_AROUND, _AROUND), (0, 0)), mode="reflect")
    return np.asarray(np.mean([wide[step : step + side] for step in range(2 * _AROUND + 1)], axis=0), np.float32)


def _fit(one: Values, other: Values) -> float:
    return float((_unit(one) * _unit(other)).sum())


def _fits(whole: Values, cut: Values, cuts: "_Cuts") -> Values:
    """How well a picture fits the parts of another one, ``(m, n)``.

    No part is worked out: a product with one is the map's with what both pictures make, and so is its length.

    Args:
        whole: The picture, ``(_, _)``, unit length.
        cut: The other one, cut in one direction, ``(n, GREY_SIDE, _)``.
        cuts: In the other direction.
    """
    products = _products(cuts.maps, whole @ cut.transpose(0, 2, 1))
    squares = _products(cuts.near, _near(cut))
    return np.asarray(products / np.sqrt(np.maximum(squares, np.float32(1e-18))), np.float32)


def _near(lines: Values) -> Values:
    """Products of lines ``(n, GREY_SIDE, _)`` up to ``_REACH`` from each other, ``(n, _REACH + 1, GREY_SIDE)``."""
    near = np.zeros((len(lines), _REACH + 1, GREY_SIDE), np.float32)
    for far in range(_REACH + 1):
        near[:, far, far:] = np.einsum("nkj,nkj->nk", lines[:, far:], lines[:, : GREY_SIDE - far])
    return near


def _worst_region(one: Values, other: Values) -> float:
    """How well that region fits that fits worst, by whichever of the two has more detail there."""
    one, other = _unit(one), _unit(other)
    mine, theirs, both = _by_region(one * one), _by_region(other * other), _by_region(one * other)
    little = _LITTLE / _REGIONS**2
    return float(((both + little) / (np.maximum(mine, theirs) + little)).min())


def _by_region(values: Values) -> Values:
    side = _COMPARED_SIDE // _REGIONS
    summed: Values = values.reshape(_REGIONS, side, _REGIONS, side).sum(axis=(1, 3))
    return summed


def _unit(values: Values) -> Values:
    return (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


def _part(values: Values, rows: Values, columns: Values) -> Values:
    return np.asarray(rows @ values @ columns.T, np.float32)


def _products(some: Values, others: Values) -> Values:
    # Not by BLAS: what is large is shared out among all processors there, for no gain, and slowly where they are busy.
    return np.asarray(np.einsum("mk,nk->mn", some.reshape(len(some), -1), others.reshape(len(others), -1)), np.float32)


@dataclass(frozen=True, eq=False)
class _Cuts:
    """Lead from a line to its part without a strip at each end.

    Attributes:
        maps: ``(m, _COMPARED_SIDE, GREY_SIDE)``.
        near: What of their products isn't 0, as ``_near`` has it, those that count twice doubled.
    """

    maps: Values
    near: Values


@cache
def _cuts(steps: int) -> _Cuts:
    """In so many steps."""
    step = _MOST_CUT / steps
    maps = np.stack([_map(a * step, 1 - (a + b) * step) for a in range(steps + 1) for b in range(steps + 1 - a)])
    near = _near(maps.transpose(0, 2, 1))
    near[:, 1:] *= 2
    return _Cuts(maps, near)


def _map(first: float, length: float) -> Values:
    """Linear interpolation."""
    centres = (first + (np.arange(_COMPARED_SIDE) + 0.5) / _COMPARED_SIDE * length) * GREY_SIDE - 0.5
    reach = max(1.0, length * GREY_SIDE / _COMPARED_SIDE)
    weights = np.maximum(0, 1 - np.abs(centres[:, np.newaxis] - np.arange(GREY_SIDE)) / reach)
    shares: Values = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


_WHOLE = _map(0, 1)
_CUTS = _cuts(_CUT_STEPS)

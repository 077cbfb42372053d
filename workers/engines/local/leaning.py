"""How far a page leans, told by its lines of text."""

import numpy as np
from numpy.typing import NDArray

from workers.engines.local.pixels import Quad, centre_of, is_long, sides_of

STRAIGHT = 0.2
"""Degrees of lean that harm neither recogniser nor table finder (lines stay within 1 pixel over a column's width)."""

STEEPEST = 15.0
"""Degrees beyond which the lines do not tell a page's lean but something else, as a slanted title."""

ALIKE = 0.75
"""Height of the lower of two lines of one row, as a share of the higher one's."""

Floats = NDArray[np.float64]


def lean_of(quads: list[Quad]) -> float:
    """How far the lines of a page lean, in degrees clockwise; 0 where they do not tell, or tell that it is straight.

    The middle of the directions of long lines and of the ways from each line to the next in its row, by length. A
    table has no long lines: two of them said 0.4 of a straight page, its rows say 0.0 [measured].
    """
    steps = np.array([*_along(quads), *_across(quads)], dtype=np.float64).reshape(-1, 2)
    if not len(steps):
        return 0.0
    lean = _middle(np.degrees(np.arctan2(steps[:, 1], steps[:, 0])), np.hypot(steps[:, 0], steps[:, 1]))
    return lean if STRAIGHT < abs(lean) < STEEPEST else 0.0


def _along(quads: list[Quad]) -> list[Floats]:
    """From the start to the end of each long line."""
    return [np.asarray(quad[1] - quad[0], dtype=np.float64) for quad in quads if is_long(quad)]


def _across(quads: list[Quad]) -> list[Floats]:
    """From the middle of each line to that of the next one in its row."""
    if len(quads) < 2:
        return []
    centres = np.array([centre_of(quad) for quad in quads], dtype=np.float64)
    lengths, heights = np.array([sides_of(quad) for quad in quads], dtype=np.float64).T
    steps = []
    for at, centre in enumerate(centres):
        ways = centres - centre
        alike = np.minimum(heights, heights[at]) > ALIKE * np.maximum(heights, heights[at])
        apart = ways[:, 0] > 0.4 * (lengths + lengths[at])
        level = np.abs(ways[:, 1]) < np.minimum(heights[at], np.tan(np.radians(STEEPEST)) * ways[:, 0])
        beside = np.flatnonzero(alike & apart & level)
        if len(beside):
            steps.append(ways[beside[np.argmin(ways[beside, 0])]])
    return steps


def _middle(values: Floats, weights: Floats) -> float:
    """The weighted median."""
    order = np.argsort(values)
    passed = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(passed, passed[-1] / 2)]])

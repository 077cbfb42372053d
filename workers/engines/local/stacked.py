"""Lines that stand on one another and were found as one, parted where there is next to no ink between them."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workers.engines.local.closer import within
from workers.engines.local.pixels import Pixels, Quad, rect_of
from workers.engines.local.rect import Rect

NEAR = 0.25
"""Line heights around where the next line should begin within which the barest row of pixels is looked for."""

BARE = 0.1
"""Ink of a row of pixels, as a share of the fullest one's, up to which it is between lines: their letters may touch."""

LEAST = 0.3
"""Part of its height that must be left of a line."""

TANGLED = 0.75
"""Part of the lower one's height that two lines on one another share at most; others are one twice over."""


def apart(quad: Quad, height: float, letters: Pixels) -> list[Quad]:
    """The lines, each about `height` pixels high, that were found as one; `letters` is the page's ink without rules."""
    line = rect_of(quad)
    count = max(1, round(line.height / height))
    pitch, reach = line.height / count, NEAR * height
    places = [line.top + at * pitch for at in range(1, count)]
    cuts = [_barest(letters, line, place - reach, place + reach) for place in places]
    if any(_ink(letters, line, cut) > BARE for cut in cuts):
        return [quad]  # a title, whose letters are higher
    return [_cut(quad, line, span) for span in pairwise([line.top, *cuts, line.bottom])]


def _ink(letters: Pixels, line: Rect, place: float) -> float:
    """The ink of a row of pixels, as a share of that of the line's fullest row."""
    rows = letters[:, max(0, round(line.left)) : round(line.right) + 1].sum(axis=1)
    return float(rows[int(place)] / max(1, rows[max(0, round(line.top)) : round(line.bottom) + 1].max()))


def untangled(quads: list[Quad], letters: Pixels) -> list[Quad]:
    """The lines; of two on one another that overlap each ends where it has least ink there: beyond is the other's."""
    rects = [rect_of(quad) for quad in quads]
    spans = [[rect.top, rect.bottom] for rect in rects]
    for upper, lower in _tangles(np.array(rects, dtype=np.float64).reshape(-1, 4)):
        top, bottom = rects[lower].top, rects[upper].bottom
        spans[upper][1] = min(spans[upper][1], _barest(letters, rects[upper], top, bottom))
        spans[lower][0] = max(spans[lower][0], _barest(letters, rects[lower], top, bottom))
    return [_cut(quad, line, (span[0], span[1])) for quad, line, span in zip(quads, rects, spans, strict=True)]


def _tangles(lines: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """The pairs, upper and lower, of lines that overlap without being one twice over."""
    left, top, right, bottom = lines.T
    middle, high = (top + bottom) / 2, bottom - top
    beside = np.minimum(right[:, None], right) > np.maximum(left[:, None], left)
    common = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    lesser = np.minimum(high[:, None], high)
    over = (middle[:, None] < middle) & (bottom[:, None] <= bottom) & (top[:, None] <= top)
    pairs = np.argwhere(beside & over & (common > 0) & (common < TANGLED * lesser))
    return ((int(upper), int(lower)) for upper, lower in pairs)


def _barest(letters: Pixels, line: Rect, top: float, bottom: float) -> float:
    """Where, between two heights, a line has least ink; the middle of it where that is several rows of pixels."""
    first, left = max(0, round(top)), max(0, round(line.left))
    ink = letters[first : round(bottom) + 1, left : round(line.right) + 1].sum(axis=1)
    return first + float(np.median(np.flatnonzero(ink == ink.min()))) if ink.size else top


def _cut(quad: Quad, line: Rect, span: tuple[float, float]) -> Quad:
    """The part of a line between two heights on the page."""
    first, last = ((place - line.top) / line.height for place in span)
    # What next to nothing would be left of is no line that another only touches.
    return within(quad, (0.0, 1.0), (first, last)) if LEAST <= last - first < 1 else quad

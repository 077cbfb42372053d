"""A line cut close to its ink: short texts are found with much air, and rules of their cell, around them."""

from collections.abc import Iterator
from itertools import groupby

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.engines.local.pixels import Pixels, Quad, line_image

AIR = 4
"""Pixels left around the ink; 3 to 5 read alike, less loses letters [measured]."""

LOWEST = 10
"""Pixels of height below which ink is a rule or a speck."""

DARKER = 50
"""By how much ink differs from its paper, of 255; the grain of a worn scan stays below."""


def close_to_ink(page: Pixels, quad: Quad) -> Quad | None:
    """The part of a line that its ink takes up; None where that cannot be told, or is all of it."""
    line = line_image(page, quad)
    ink = _ink(line)
    first, last = max(_runs(np.asarray(ink.any(axis=1))), key=lambda run: run[1] - run[0], default=(0, 0))
    if last - first < LOWEST or last - first + 2 * AIR >= line.shape[0]:
        return None
    columns = np.flatnonzero(ink[first:last].any(axis=0))
    start, end = max(0, int(columns[0]) - AIR), min(line.shape[1], int(columns[-1]) + 1 + AIR)
    first, last = max(0, first - AIR), min(line.shape[0], last + AIR)
    return within(quad, (start / line.shape[1], end / line.shape[1]), (first / line.shape[0], last / line.shape[0]))


def _ink(line: Pixels) -> NDArray[np.bool_]:
    """Where a line is darker than its paper, or brighter where the paper is dark; single specks are left out."""
    grey = cv2.medianBlur(cv2.cvtColor(line, cv2.COLOR_BGR2GRAY), 3).astype(int)
    return np.asarray(np.abs(grey - np.median(grey)) > DARKER)


def _runs(filled: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where rows with ink start and end; gaps of a few pixels, as under a dot, do not part them."""
    closed = cv2.morphologyEx(filled.astype(np.uint8)[:, None], cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))[:, 0]
    for value, places in groupby(range(len(closed)), key=lambda place: bool(closed[place])):
        if value:
            run = list(places)
            yield run[0], run[-1] + 1


def within(quad: Quad, across: tuple[float, float], down: tuple[float, float]) -> Quad:
    """The part of a line between two shares of its length and two of its height."""
    top_left, top_right, bottom_right, bottom_left = quad

    def at(x: float, y: float) -> NDArray[np.float32]:
        top, bottom = top_left + x * (top_right - top_left), bottom_left + x * (bottom_right - bottom_left)
        return np.asarray(top + y * (bottom - top), dtype=np.float32)

    (start, end), (first, last) = across, down
    return np.array([at(start, first), at(end, first), at(end, last), at(start, last)], dtype=np.float32)

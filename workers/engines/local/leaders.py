"""Dots that lead from a heading to its page number: seen in the picture, for readers take them for syllables."""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from workers.engines.local.pixels import Pixels
from workers.engines.local.reading import Piece, Reading, joined

FEWEST = 8
"""Dots in a row from which they lead somewhere; an ellipsis has three, or two times three."""

LARGEST = 0.2
"""Height and width of a dot, in line heights."""

UNEVEN = 2
"""Pixels by which the steps from dot to dot, and their heights on the line, may differ."""

DARKER = 40
"""By how much a dot differs from its paper, of 255: dots of two pixels are paler than letters."""

WRITTEN = "……"
"""How they stand in the text, however many there are."""


SURE = 0.95
"""How far they are believed: more than most text."""


class Dot(NamedTuple):
    """Where a dot stands on its line, in pixels."""

    left: int
    right: int
    middle: float


def leader_in(line: Pixels) -> tuple[float, float] | None:
    """Where the longest row of even dots, with nothing between them, starts and ends, as shares of the line's length;
    None where there is none."""
    longest = max(_rows(line), key=len, default=[])
    if len(longest) < FEWEST:
        return None
    return longest[0].left / line.shape[1], longest[-1].right / line.shape[1]


def led(before: Reading, leader: tuple[float, float], after: Reading) -> Reading:
    """The line of what stands before dots and after them."""
    start, end = leader
    told = [
        *_between(0.0, start, before.pieces),
        Piece(" " * bool(before.text) + WRITTEN, SURE, start, end),
        *([Piece(" ", SURE, end, end)] if after.text else []),
        *_between(end, 1.0, after.pieces),
    ]
    whole = joined(told)
    return Reading(whole.text.strip(), whole.confidence, tuple(told))


def _between(start: float, end: float, pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """The pieces of a part of the line, placed on the whole."""
    length = end - start
    return (one._replace(start=start + one.start * length, end=start + one.end * length) for one in pieces)


def _rows(line: Pixels) -> Iterator[list[Dot]]:
    row: list[Dot] = []
    for dot in _dots(line):
        if dot is None or (len(row) > 1 and not _goes_on(row, dot)):
            yield row
            row = row[-1:] if dot else []
        if dot:
            row.append(dot)
    yield row


def _dots(line: Pixels) -> Iterator[Dot | None]:
    """The dots of a line from the left; None for whatever else there is."""
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY).astype(int)
    ink = (np.abs(grey - np.median(grey)) > DARKER).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for left, top, width, height, _ in sorted(stats[1:].tolist()):
        small = max(width, height) <= LARGEST * line.shape[0]
        yield Dot(left, left + width, top + height / 2) if small else None


def _goes_on(row: list[Dot], dot: Dot) -> bool:
    one, other = row[-2:]
    steps = other.left - one.left, dot.left - other.left
    return abs(steps[0] - steps[1]) <= UNEVEN and abs(dot.middle - other.middle) <= UNEVEN

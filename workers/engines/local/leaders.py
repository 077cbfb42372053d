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
        if dot is None or (row and not _goes_on(row, dot)):
            yield row
            row = []
        if dot:
            row.append(dot)
    yield row


def _dots(line: Pixels) -> Iterator[Dot | None]:
    """The dots of a line from the left; None for whatever else there is, and dots above or below that."""
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY).astype(int)
    ink = (np.abs(grey - np.median(grey)) > DARKER).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    taken = 0
    for left, top, width, height, _ in sorted(stats[1:].tolist()):
        small = max(width, height) <= LARGEST * line.shape[0]
        taken = taken if small else max(taken, left + width)
        yield Dot(left, left + width, top + height / 2) if small and left >= taken else None


def _goes_on(row: list[Dot], dot: Dot) -> bool:
    """Whether a dot stands beside the last one of a row, as far as that from the one before."""
    last = row[-1]
    beside = dot.left > last.right and abs(dot.middle - last.middle) <= UNEVEN
    return beside and (len(row) < 2 or abs(dot.left - 2 * last.left + row[-2].left) <= UNEVEN)

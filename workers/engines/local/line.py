"""A line of text as read."""

from dataclasses import dataclass
from typing import NamedTuple

from workers.engines.local.rect import Rect


class Word(NamedTuple):
    """One word of a line, how sure the reader is of it (0 to 1), and where it stands on the page."""

    text: str
    confidence: float
    rect: Rect


@dataclass(frozen=True)
class Line:
    """Text on one line (or one cell's part of it), how sure the reader is (0 to 1), and where it stands on the page."""

    text: str
    confidence: float
    rect: Rect
    words: tuple[Word, ...] = ()

"""A line of text as read."""

from dataclasses import dataclass

from workers.engines.local.rect import Rect


@dataclass(frozen=True)
class Line:
    """Text on one line (or one cell's part of it), how sure the reader is (0 to 1), and where it stands on the page."""

    text: str
    confidence: float
    rect: Rect

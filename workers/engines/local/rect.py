"""A rectangle on a page, in pixels."""

from collections.abc import Iterable
from typing import NamedTuple


class Rect(NamedTuple):
    """Left, top, right, bottom in pixels of the page as read."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def common(self, other: "Rect") -> float:
        """The area both cover, in square pixels."""
        return _overlap(self.left, self.right, other.left, other.right) * _overlap(
            self.top, self.bottom, other.top, other.bottom
        )

    def share_in(self, other: "Rect") -> float:
        """The part of this rectangle that lies in `other`, 0 to 1."""
        return self.common(other) / self.area if self.area else 0.0

    def beside(self, other: "Rect") -> float:
        """The part of the lower one's height that both share, 0 to 1: how far they stand on one row."""
        lower = min(self.height, other.height)
        return _overlap(self.top, self.bottom, other.top, other.bottom) / lower if lower > 0 else 0.0


def around(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle that holds all `rects`, of which there is at least one."""
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    return Rect(min(lefts), min(tops), max(rights), max(bottoms))


def _overlap(start: float, end: float, other_start: float, other_end: float) -> float:
    return max(0.0, min(end, other_end) - max(start, other_start))

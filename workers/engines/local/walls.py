"""Lines that run through an upright rule, parted there: what stands on its two sides was written apart."""

from collections.abc import Iterator

from workers.engines.local.pixels import Quad, part_of, rect_of
from workers.engines.local.rect import Rect

LEAST_PART = 0.5
"""A piece narrower than this, in line heights, is the air that a line was found with."""

BEYOND = 2
"""Pixels by which a rule stands out above and below a line: the stroke of a letter does not."""


def between_walls(quads: list[Quad], walls: list[Rect]) -> list[Quad]:
    """The lines; each that a wall crosses as its pieces between the walls."""
    return [piece for quad in quads for piece in _pieces(quad, walls)]


def _pieces(quad: Quad, walls: list[Rect]) -> Iterator[Quad]:
    line = rect_of(quad)
    crossing = sorted(wall for wall in walls if _crosses(wall, line))
    if not crossing:
        yield quad
        return
    starts = [line.left, *(wall.right + 1 for wall in crossing)]
    ends = [*(wall.left - 1 for wall in crossing), line.right]
    for start, end in zip(starts, ends, strict=True):
        if end - start >= LEAST_PART * line.height:
            yield part_of(quad, (start - line.left) / line.width, (end - line.left) / line.width)


def _crosses(wall: Rect, line: Rect) -> bool:
    beyond = wall.top < line.top - BEYOND and wall.bottom > line.bottom + BEYOND
    return beyond and line.left < wall.left and wall.right < line.right

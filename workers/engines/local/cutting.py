"""Lines that run across the cells of a table, cut where one cell ends."""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.engines.local.grid import Grid, GridCell
from workers.engines.local.pixels import Pixels, Quad, line_image, part_of, rect_of
from workers.engines.local.rect import Rect

LEAST_PART = 0.5
"""A piece narrower than this, in line heights, is not worth a cut."""

RULE = 4
"""Pixels kept clear of a cell's edges: half a rule as thick as such tables have at 200 dpi."""


def cut_lines(page: Pixels, quads: list[Quad], grids: list[Grid]) -> list[Quad]:
    """All lines of a page; those in a table cut at the borders of the cells they cross."""
    return [piece for quad in quads for piece in _pieces(page, quad, grids)]


def _pieces(page: Pixels, quad: Quad, grids: list[Grid]) -> list[Quad]:
    rect = rect_of(quad)
    grid = next((one for one in grids if one.owns(rect)), None)
    if grid is None:
        return [quad]
    return [_inside(grid, piece) for piece in _cut(page, quad, _borders(grid, rect))]


def _cut(page: Pixels, quad: Quad, borders: list[float]) -> list[Quad]:
    if not borders:
        return [quad]
    rect = rect_of(quad)
    ink = _ink(line_image(page, quad))
    shares = [_gap_near(ink, (border - rect.left) / rect.width, rect.height) for border in borders]
    stops = [0.0, *sorted({share for share in shares if share is not None}), 1.0]
    return [part_of(quad, start, end) for start, end in itertools.pairwise(stops)]


def _inside(grid: Grid, piece: Quad) -> Quad:
    """The piece without the rules at its cell's edges, which would be read as letters."""
    if not grid.ruled:
        return piece
    rect = rect_of(piece)
    cell = grid.cells[grid.place(rect)].rect
    if cell.width < 4 * RULE or rect.share_in(cell) < 0.5:
        return piece
    start, end = (cell.left + RULE - rect.left) / rect.width, (cell.right - RULE - rect.left) / rect.width
    return part_of(piece, min(max(0.0, start), 0.5), max(min(1.0, end), 0.5))


def _borders(grid: Grid, line: Rect) -> list[float]:
    """Where, across the page, the cells under a line meet: half-way between neighbours."""
    row = sorted((cell for cell in grid.cells if _under(cell, line)), key=lambda cell: cell.rect.left)
    meets = [(one.rect.right + other.rect.left) / 2 for one, other in itertools.pairwise(row)]
    reach = LEAST_PART * line.height
    return [x for x in meets if line.left + reach < x < line.right - reach]


def _under(cell: GridCell, line: Rect) -> bool:
    return cell.rect.top < line.centre[1] < cell.rect.bottom and cell.rect.common(line) > 0


def _ink(line: Pixels) -> NDArray[np.float64]:
    """Of each pixel column of a line the share that is dark against the line's own paper (or bright, on dark)."""
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)
    _, dark = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    share: NDArray[np.float64] = np.asarray(dark, dtype=np.float64).mean(axis=0)
    return np.subtract(1.0, share) if share.mean() > 0.5 else share


def _gap_near(ink: NDArray[np.float64], share: float, height: float) -> float | None:
    """The share of the line's length where to cut: the widest blank within a line height of the border, or a rule."""
    around, reach = round(share * len(ink)), round(height)
    first, last = max(1, around - reach), min(len(ink) - 1, around + reach)
    rules = [x for x in range(first, last) if ink[x] > 0.9]
    if rules:
        return rules[len(rules) // 2] / len(ink)
    start, length = _widest_blank(ink[first:last])
    return (first + start + length / 2) / len(ink) if length >= 0.25 * height else None


def _widest_blank(ink: NDArray[np.float64]) -> tuple[int, int]:
    best, start = (0, 0), 0
    for place, share in enumerate([*ink, 1.0]):
        if share > 0.02:
            best = max(best, (start, place - start), key=lambda run: run[1])
            start = place + 1
    return best

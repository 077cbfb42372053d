"""A table before it is read: where its cells are."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workers.engines.local.rect import Rect, around


@dataclass(frozen=True)
class GridCell:
    """A cell's place in the grid (from 0), its spans (from 1) and where it is on the page."""

    row: int
    column: int
    row_span: int
    column_span: int
    rect: Rect


@dataclass(frozen=True)
class Grid:
    """A table's shape as one finder saw it; `certainty` is 0 to 1, `ruled`: lines are drawn around its cells."""

    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    certainty: float
    ruled: bool = False

    @cached_property
    def rect(self) -> Rect:
        return around(cell.rect for cell in self.cells)

    @cached_property
    def _sides(self) -> NDArray[np.float64]:
        # A page may hold thousands of words and a grid hundreds of cells: one by one that takes seconds.
        return np.array([cell.rect for cell in self.cells], dtype=np.float64).T

    def place(self, text: Rect) -> int:
        """The index of the cell a piece of text belongs to: the one that covers most of it, else the nearest."""
        left, top, right, bottom = self._sides
        wide = np.minimum(right, text.right) - np.maximum(left, text.left)
        high = np.minimum(bottom, text.bottom) - np.maximum(top, text.top)
        shares = np.maximum(wide, 0.0) * np.maximum(high, 0.0)
        if shares.max() > 0:
            return int(shares.argmax())
        x, y = text.centre
        gaps = np.maximum(np.maximum(left - x, x - right), 0.0) + np.maximum(np.maximum(top - y, y - bottom), 0.0)
        return int(gaps.argmin())

    def owns(self, text: Rect) -> bool:
        """Whether a piece of text stands in the table."""
        return text.share_in(self.rect) > 0.5

    def filled(self, texts: Iterable[Rect]) -> set[int]:
        """The indexes of the cells that some text stands in."""
        return {self.place(text) for text in texts if self.owns(text)}

    def relations(self, texts: Iterable[Rect]) -> int:
        """How many pairs of filled cells are next to each other, blank ones skipped (the measure of ICDAR 2013)."""
        filled = self.filled(texts)
        places = {
            (row, column): index
            for index in filled
            for row in _span(self.cells[index].row, self.cells[index].row_span)
            for column in _span(self.cells[index].column, self.cells[index].column_span)
        }
        across = [[places.get((row, column)) for column in range(self.columns)] for row in range(self.rows)]
        down = [list(line) for line in zip(*across, strict=True)]
        return len({pair for line in (*across, *down) for pair in _pairs(line)})

    def without_blank(self, filled: set[int]) -> tuple["Grid", dict[int, int]]:
        """The grid less the rows and columns in which no filled cell begins, and the kept cells' new index by old."""
        rows = sorted({self.cells[index].row for index in filled})
        columns = sorted({self.cells[index].column for index in filled})
        kept = [index for index, cell in enumerate(self.cells) if _kept(cell, rows, columns)]
        cells = tuple(_moved(self.cells[index], rows, columns) for index in kept)
        grid = replace(self, rows=len(rows), columns=len(columns), cells=cells)
        return grid, {old: new for new, old in enumerate(kept)}


def _kept(cell: GridCell, rows: list[int], columns: list[int]) -> bool:
    return bool(_within(cell.row, cell.row_span, rows) and _within(cell.column, cell.column_span, columns))


def _moved(cell: GridCell, rows: list[int], columns: list[int]) -> GridCell:
    in_rows, in_columns = _within(cell.row, cell.row_span, rows), _within(cell.column, cell.column_span, columns)
    return GridCell(in_rows[0], in_columns[0], len(in_rows), len(in_columns), cell.rect)


def _within(start: int, span: int, kept: list[int]) -> list[int]:
    """The new numbers of the kept rows (or columns) that a cell covers."""
    return [number for number, old in enumerate(kept) if start <= old < start + span]


def _span(start: int, length: int) -> range:
    return range(start, start + length)


def _pairs(line: list[int | None]) -> list[tuple[int, int]]:
    present = [index for index in line if index is not None]
    return [(one, other) for one, other in itertools.pairwise(present) if one != other]

"""Rows that a finder made of the lines of one heading, put together."""

from dataclasses import replace
from itertools import groupby

from workers.engines.local.figures import has_figures
from workers.engines.local.grid import Grid, GridCell
from workers.engines.local.line import Line
from workers.engines.local.rect import around

CLOSE = 0.3
"""Gap between two lines of one heading, in the lower one's height, up to which they are one text."""

Held = dict[int, list[Line]]
"""The lines in each cell, by its index."""


def with_whole_heading(grid: Grid, lines: list[Line]) -> Grid:
    """The grid; of the rows above the first figures, each two are one where in some column the text of one goes on in
    the next, and in none it does not."""
    held = _held(grid, lines)
    if grid.ruled or any(cell.row_span > 1 or cell.column_span > 1 for cell in grid.cells):
        return grid
    first = next((row for row in range(grid.rows) if has_figures(_texts(grid, row, held))), 0)
    joins = [row for row in range(1, first) if _goes_on(grid, row, held)]
    return _joined(grid, joins) if joins else grid


def _held(grid: Grid, lines: list[Line]) -> Held:
    held: Held = {}
    for line in lines:
        held.setdefault(grid.place(line.rect), []).append(line)
    return held


def _texts(grid: Grid, row: int, held: Held) -> list[tuple[int, str]]:
    cells = [(number, cell) for number, cell in enumerate(grid.cells) if cell.row == row and number in held]
    return [(cell.column, " ".join(line.text for line in held[number])) for number, cell in cells]


def _goes_on(grid: Grid, row: int, held: Held) -> bool:
    """Whether the text of the row above a row goes on in it."""
    above, below = (
        {cell.column: held[number] for number, cell in enumerate(grid.cells) if cell.row == at and number in held}
        for at in (row - 1, row)
    )
    both = above.keys() & below.keys()
    gaps = [_gap(above[column], below[column]) for column in both]
    return bool(gaps) and max(gaps) <= CLOSE


def _gap(above: list[Line], below: list[Line]) -> float:
    upper, lower = around(line.rect for line in above), around(line.rect for line in below)
    return (lower.top - upper.bottom) / min(line.rect.height for line in below)


def _joined(grid: Grid, joins: list[int]) -> Grid:
    """The grid with each of the rows in `joins` put to the one above it."""

    def new(row: int) -> int:
        return row - sum(join <= row for join in joins)

    cells = sorted((replace(cell, row=new(cell.row)) for cell in grid.cells), key=_place)
    whole = [
        GridCell(row, column, 1, 1, around(cell.rect for cell in parts))
        for (row, column), parts in groupby(cells, key=_place)
    ]
    return replace(grid, rows=grid.rows - len(joins), cells=tuple(whole))


def _place(cell: GridCell) -> tuple[int, int]:
    return cell.row, cell.column

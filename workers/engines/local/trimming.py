"""Titles and notes that a finder took for a table's first or last rows, given back to the page."""

from dataclasses import replace

from workers.engines.local.grid import Grid, GridCell
from workers.engines.local.rect import Rect


def trimmed(grid: Grid, texts: list[Rect]) -> Grid:
    """The grid without first and last rows that hold one text alone, which belongs beside the table and not in it."""
    while grid.rows > 2 and _stands_alone(grid, 0, texts):
        grid = _without_row(grid, 0)
    while grid.rows > 2 and _stands_alone(grid, grid.rows - 1, texts):
        grid = _without_row(grid, grid.rows - 1)
    return grid


def _stands_alone(grid: Grid, row: int, texts: list[Rect]) -> bool:
    cells = [cell for cell in grid.cells if cell.row <= row < cell.row + cell.row_span]
    if any(cell.row_span > 1 for cell in cells):
        return False
    filled = grid.filled(texts)
    told = [cell for number, cell in enumerate(grid.cells) if number in filled and cell.row == row]
    # A ruled row with one filled cell may be a form's blank line, unless that one cell is as wide as the table.
    return len(told) <= 1 and all(cell.column_span == grid.columns or _begins(cell, grid) for cell in told)


def _begins(cell: GridCell, grid: Grid) -> bool:
    return not grid.ruled and cell.column == 0


def _without_row(grid: Grid, row: int) -> Grid:
    rest = [cell for cell in grid.cells if cell.row != row]
    cells = tuple(replace(cell, row=cell.row - 1) if cell.row > row else cell for cell in rest)
    return replace(grid, rows=grid.rows - 1, cells=cells)

"""Places of a grid that no cell covers, given to the cell at their left."""

from dataclasses import replace

from workers.engines.local.grid import Grid, GridCell


def closed(grid: Grid) -> Grid:
    """The grid; a cell with nothing at its right, in all its rows, reaches to where the next column's cells end.

    img2table gives a cell without any width to the part of a heading that lies beyond the last rule it saw there.
    """
    taken = {place for cell in grid.cells for place in _places(cell)}
    rights = _rights(grid)
    cells = []
    for cell in grid.cells:
        while _is_free_beside(cell, grid, taken):
            column = cell.column + cell.column_span
            taken |= {(row, column) for row in _rows(cell)}
            right = max(cell.rect.right, rights.get(column, cell.rect.right))
            cell = replace(cell, column_span=cell.column_span + 1, rect=cell.rect._replace(right=right))
        cells.append(cell)
    return replace(grid, cells=tuple(cells))


def _is_free_beside(cell: GridCell, grid: Grid, taken: set[tuple[int, int]]) -> bool:
    column = cell.column + cell.column_span
    return column < grid.columns and not any((row, column) in taken for row in _rows(cell))


def _rights(grid: Grid) -> dict[int, float]:
    """Where each column ends, by the cells that end with it."""
    ends: dict[int, float] = {}
    for cell in grid.cells:
        last = cell.column + cell.column_span - 1
        ends[last] = max(ends.get(last, cell.rect.right), cell.rect.right)
    return ends


def _rows(cell: GridCell) -> range:
    return range(cell.row, cell.row + cell.row_span)


def _places(cell: GridCell) -> set[tuple[int, int]]:
    return {(row, cell.column + step) for row in _rows(cell) for step in range(cell.column_span)}

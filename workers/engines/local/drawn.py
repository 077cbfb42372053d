"""Tables seen by their rules and by their white space: img2table."""

import cv2
from img2table.tables.extractor import TableExtractor
from img2table.tables.types import Table as Seen

from workers.engines.local.gaps import closed
from workers.engines.local.grid import Grid, GridCell
from workers.engines.local.pixels import Pixels
from workers.engines.local.rect import Rect

RULED, UNRULED = 0.95, 0.75
"""How far such a table is believed: cells exact on ruled Korean pages, about three of four on unruled ones."""


def drawn_grids(page: Pixels) -> list[Grid]:
    """Every table img2table finds on a page, ruled ones first."""
    finder = TableExtractor(img=cv2.cvtColor(page, cv2.COLOR_BGR2RGB))
    finder.extract_bordered_tables()
    ruled = len(finder.tables)
    finder.extract_borderless_tables()
    grids = (_grid(seen, number < ruled) for number, seen in enumerate(finder.tables))
    return [grid for grid in grids if grid.rows > 1 and grid.columns > 1]


def _grid(seen: Seen, ruled: bool) -> Grid:
    # img2table repeats a merged cell in every place it covers.
    places: dict[Rect, list[tuple[int, int]]] = {}
    for row, line in enumerate(seen.rows):
        for column, cell in enumerate(line.cells):
            rect = Rect(float(cell.x1), float(cell.y1), float(cell.x2), float(cell.y2))
            places.setdefault(rect, []).append((row, column))
    cells = tuple(_cell(rect, covered) for rect, covered in places.items() if rect.area > 0)
    return closed(Grid(seen.nb_rows, seen.nb_columns, cells, RULED if ruled else UNRULED, ruled))


def _cell(rect: Rect, covered: list[tuple[int, int]]) -> GridCell:
    rows, columns = {row for row, _ in covered}, {column for _, column in covered}
    return GridCell(min(rows), min(columns), max(rows) - min(rows) + 1, max(columns) - min(columns) + 1, rect)

"""A grid and the lines that stand in it, made a table."""

from collections.abc import Iterator

from service.tables.model import Box, Cell, Table
from workers.engines.local import words
from workers.engines.local.figures import has_figures
from workers.engines.local.grid import Grid
from workers.engines.local.heading import with_whole_heading
from workers.engines.local.line import Line
from workers.engines.local.order import in_rows

TOO_MANY = 20_000
"""Places in a grid beyond which a finder must have gone astray."""

SURE_SHAPE, SURE_TEXT = 0.7, 0.8
"""Certainty of a grid, and mean confidence of its lines, below which a table comes with a concern."""


def filled_table(grid: Grid, lines: list[Line], page: int, box: Box) -> Table | None:
    """The table of page `page` that stands in `box` there; blank rows and columns are left out."""
    grid = with_whole_heading(grid, lines)
    held: dict[int, list[Line]] = {}
    for line in lines:
        held.setdefault(grid.place(line.rect), []).append(line)
    tight, moved = grid.without_blank(set(held))
    if tight.rows < 2 or tight.columns < 2 or tight.rows * tight.columns > TOO_MANY:
        return None
    texts = {moved[old]: found for old, found in held.items()}
    cells = tuple(_cell(tight, number, texts.get(number, [])) for number in _in_order(tight))
    sure = sum(line.confidence for line in lines) / len(lines)
    return Table(
        page=page,
        box=box,
        rows=tight.rows,
        columns=tight.columns,
        header_rows=header_rows(cells),
        cells=cells,
        confidence=round(grid.certainty * sure, 3),
        concerns=tuple(_concerns(grid.certainty, sure)),
    )


def _concerns(shape: float, text: float) -> Iterator[str]:
    if shape < SURE_SHAPE:
        yield words.UNSURE_SHAPE
    if text < SURE_TEXT:
        yield words.UNSURE


def header_rows(cells: tuple[Cell, ...]) -> int:
    """How many first rows name columns: those above the first row with figures, as far as a first-row cell's span goes
    or the first column is blank above its name; one where no row has any figures."""
    rows = max(cell.row for cell in cells) + 1
    spanned = max((cell.row_span for cell in cells if cell.row == 0 and cell.row_span < rows), default=1)
    with_figures = [
        row for row in range(rows) if has_figures([(cell.column, cell.text) for cell in cells if cell.row == row])
    ]
    if with_figures and with_figures[0] == 0:
        return 0
    named = next((cell.row for cell in cells if cell.column == 0 and cell.text), 0)
    return min(max(spanned, named + 1), with_figures[0]) if with_figures else 1


def _cell(grid: Grid, number: int, lines: list[Line]) -> Cell:
    place = grid.cells[number]
    sure = round(sum(line.confidence for line in lines) / len(lines), 3) if lines else None
    return Cell(
        row=place.row,
        column=place.column,
        row_span=place.row_span,
        column_span=place.column_span,
        text="\n".join(" ".join(line.text for line in row) for row in in_rows(lines)),
        confidence=sure,
    )


def _in_order(grid: Grid) -> list[int]:
    return sorted(range(len(grid.cells)), key=lambda number: (grid.cells[number].row, grid.cells[number].column))

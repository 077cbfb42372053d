"""A grid and the lines that stand in it, made a table."""

from service.tables.model import Cell, Table
from workers.engines.local.grid import Grid
from workers.engines.local.line import Line
from workers.engines.local.order import in_rows

TOO_MANY = 20_000
"""Places in a grid beyond which a finder must have gone astray."""


def filled_table(grid: Grid, lines: list[Line], page: int, size: tuple[int, int]) -> Table | None:
    """The table of page `page` whose width and height in pixels are `size`; blank rows and columns are left out."""
    held: dict[int, list[Line]] = {}
    for line in lines:
        held.setdefault(grid.place(line.rect), []).append(line)
    tight, moved = grid.without_blank(set(held))
    if tight.rows < 2 or tight.columns < 2 or tight.rows * tight.columns > TOO_MANY:
        return None
    texts = {moved[old]: found for old, found in held.items()}
    cells = tuple(_cell(tight, number, texts.get(number, [])) for number in _in_order(tight))
    box, (width, height) = grid.rect, size
    return Table(
        page=page,
        box=(_share(box.left, width), _share(box.top, height), _share(box.right, width), _share(box.bottom, height)),
        rows=tight.rows,
        columns=tight.columns,
        header_rows=header_rows(cells),
        cells=cells,
        confidence=round(grid.certainty * sum(line.confidence for line in lines) / len(lines), 3),
    )


def header_rows(cells: tuple[Cell, ...]) -> int:
    """How many first rows name columns: those above the first row with figures, as far as a first-row cell's span goes;
    one where no row has any figures."""
    rows = max(cell.row for cell in cells) + 1
    spanned = max((cell.row_span for cell in cells if cell.row == 0 and cell.row_span < rows), default=1)
    with_figures = [row for row in range(rows) if _has_figures([cell for cell in cells if cell.row == row])]
    if with_figures and with_figures[0] == 0:
        return 0
    return min(spanned, with_figures[0]) if with_figures else 1


def _has_figures(row: list[Cell]) -> bool:
    """Whether most cells after the first, which may name the row, are figures."""
    told = [cell.text for cell in row if cell.column > 0 and cell.text]
    return bool(told) and sum(_is_figure(text) for text in told) * 2 > len(told)


def _is_figure(text: str) -> bool:
    # A year or a quarter over a column is a name; figures that fill a table carry signs or vary in length.
    bare = text.strip("()%$₩€£+-–▲△ ")
    return (
        bool(bare)
        and bare.replace(",", "").replace(".", "").isdigit()
        and not (len(bare) == 4 and bare[:2] in ("19", "20"))
    )


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


def _share(place: float, whole: int) -> float:
    return round(min(1.0, max(0.0, place / whole)), 4)

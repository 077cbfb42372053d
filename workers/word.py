"""Word files: the tables of the body, with their merged cells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import docx
from docx.table import _Cell

from service.jobs.media import DOCX
from service.tables.model import Cell, Table
from workers.allowance import MAX_ROWS, Allowance, check_width, concerns_of


@dataclass
class _Place:
    """Where a cell of the file stands in the grid: its first row and column, and how far it reaches."""

    element: Any
    row: int
    column: int
    columns: int
    rows: int = 1


def word_tables(file: BinaryIO, allowance: Allowance, progress: Callable[[float], None]) -> Iterator[Table]:
    """Every table of the body. Raises UnreadableFile, Spent, and python-docx's errors."""
    tables = docx.Document(file).tables
    for number, table in enumerate(tables):
        progress(number / len(tables))
        found = _word_table(table, allowance)
        if found is not None:
            yield found


def _word_table(table: Any, allowance: Allowance) -> Table | None:
    rows = table._tbl.tr_lst
    places = _places(rows[:MAX_ROWS])
    columns = max((place.column + place.columns for place in places), default=0)
    if not columns:
        return None
    kept = allowance.rows(len(rows), columns)
    cells = tuple(
        Cell(
            row=place.row,
            column=place.column,
            row_span=min(place.rows, kept - place.row),
            column_span=place.columns,
            text=allowance.take_text(_Cell(place.element, table).text.strip()),
        )
        for place in places
        if place.row < kept
    )
    allowance.take_table(kept, columns)
    return Table(rows=kept, columns=columns, header_rows=1, cells=cells, concerns=concerns_of(kept, len(rows)))


def _places(rows: list[Any]) -> list[_Place]:
    """The cells of a table, in one walk: python-docx's own climbs from each continued cell to the first of its merge,
    which takes half a minute, or ends in a RecursionError, for a cell of 3,000 rows."""
    places: list[_Place] = []
    above: dict[int, _Place] = {}
    for number, row in enumerate(rows):
        column, here = row.grid_before, dict[int, _Place]()
        for element in row.tc_lst:
            place = above.get(column) if element.vMerge == "continue" else None
            if place is None:
                place = _Place(element, number, column, max(1, element.grid_span))
                places.append(place)
            else:
                place.rows = number - place.row + 1
            here[column] = place
            column += max(1, element.grid_span)
            check_width(column, DOCX)
        above = here
    return places

"""Word files: the tables of the body, also those within others, with their merged cells and header rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import docx
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.table import _Cell

from service.jobs.media import DOCX
from service.tables.model import Cell, Table
from workers.allowance import MAX_ROWS, Allowance, check_width, concerns_of
from workers.page import Begun

_ROW, _CELL, _TABLE = qn("w:tr"), qn("w:tc"), qn("w:tbl")
_AROUND = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
"""What may stand around rows and cells, and changes nothing about them: content controls, marks of changes."""

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""What older programs show in place of what stands beside it: the same tables once more."""

_OFF = ("0", "false", "off")


@dataclass
class _Place:
    """Where a cell of the file stands in the grid: its first row and column, and how far it reaches."""

    element: Any
    row: int
    column: int
    columns: int
    rows: int = 1


def word_tables(file: BinaryIO, allowance: Allowance) -> Iterator[Table | Begun]:
    """Every table of the body, one within another after it. Raises UnreadableFile, Spent, and python-docx's errors."""
    document = docx.Document(file)
    found = [
        table for table in document.element.body.iter(_TABLE) if next(table.iterancestors(_FALLBACK), None) is None
    ]
    for number, element in enumerate(found):
        yield Begun(0, number / len(found))
        table = _word_table(WordTable(element, document), allowance)
        if table is not None:
            yield table


def _word_table(table: WordTable, allowance: Allowance) -> Table | None:
    rows = list(_within(table._tbl, _ROW))
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
    heads = min(_header_rows(rows), kept)
    return Table(rows=kept, columns=columns, header_rows=heads, cells=cells, concerns=concerns_of(kept, len(rows)))


def _within(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _within(child, tag)


def _header_rows(rows: list[Any]) -> int:
    """The rows at the top that Word repeats on every page; without any, the first one."""
    count = next((number for number, row in enumerate(rows) if not _is_header(row)), len(rows))
    return max(1, count)


def _is_header(row: Any) -> bool:
    mark = None if row.trPr is None else row.trPr.find(qn("w:tblHeader"))
    return mark is not None and mark.get(qn("w:val")) not in _OFF


def _places(rows: list[Any]) -> list[_Place]:
    """The cells of a table, in one walk: python-docx's own climbs from each continued cell to the first of its merge,
    which takes half a minute, or ends in a RecursionError, for a cell of 3,000 rows."""
    places: list[_Place] = []
    above: dict[int, _Place] = {}
    for number, row in enumerate(rows):
        column, here = row.grid_before, dict[int, _Place]()
        for element in _within(row, _CELL):
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

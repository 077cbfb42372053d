"""Excel files: each sheet a table."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import python_calamine

from service.jobs.errors import EncryptedDocument
from service.jobs.media import XLSX
from service.tables.model import Cell, Table
from workers.allowance import MAX_CELLS, MAX_ROWS, Allowance, check_width, concerns_of

Place = tuple[int, int]
"""Row and column, from 0."""

Merged = dict[Place, tuple[int, int]]
"""The first place of each merged range, with its rows and columns."""


def sheet_tables(file: BinaryIO, allowance: Allowance, progress: Callable[[float], None]) -> Iterator[Table]:
    """Every sheet that has cells. Raises EncryptedDocument, UnreadableFile, Spent, and calamine's errors."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        for number, name in enumerate(workbook.sheet_names, 1):
            progress((number - 1) / len(workbook.sheet_names))
            table = _sheet_table(workbook.get_sheet_by_name(name), number, name, allowance)
            if table is not None:
                yield table
    except python_calamine.PasswordError:
        raise EncryptedDocument from None


def _sheet_table(sheet: Any, page: int, name: str, allowance: Allowance) -> Table | None:
    if not sheet.width or not sheet.height:
        return None
    check_width(sheet.width, XLSX)
    rows = sheet.to_python(skip_empty_area=True, nrows=allowance.rows(min(sheet.height, MAX_ROWS), sheet.width))
    columns = max(map(len, rows), default=0)
    if not columns:
        return None
    merged, covered = _merged_cells(sheet.merged_cell_ranges or [], sheet.start or (0, 0), len(rows), columns)
    cells = tuple(
        _cell((r, c), allowance.take_text(_shown(value)), merged)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if (r, c) not in covered
    )
    allowance.take_table(len(rows), columns)
    concerns = concerns_of(len(rows), sheet.height)
    return Table(page=page, title=name, rows=len(rows), columns=columns, header_rows=1, cells=cells, concerns=concerns)


def _cell(place: Place, text: str, merged: Merged) -> Cell:
    rows, columns = merged.get(place, (1, 1))
    return Cell(row=place[0], column=place[1], row_span=rows, column_span=columns, text=text)


def _merged_cells(ranges: list[Any], offset: Place, rows: int, columns: int) -> tuple[Merged, set[Place]]:
    """The merged ranges that lie within the table, and the places they cover; together no more than a table has."""
    merged, covered, area = dict[Place, tuple[int, int]](), set[Place](), 0
    for (top, left), (bottom, right) in ranges:
        first, last = (top - offset[0], left - offset[1]), (bottom - offset[0], right - offset[1])
        if first[0] < 0 or first[1] < 0 or last[0] >= rows or last[1] >= columns:
            continue
        area += (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
        if area > MAX_CELLS:  # ranges do not overlap in a sheet that a program wrote
            break
        merged[first] = (last[0] - first[0] + 1, last[1] - first[1] + 1)
        covered.update((r, c) for r in range(first[0], last[0] + 1) for c in range(first[1], last[1] + 1))
    return merged, covered - merged.keys()


def _shown(value: object) -> str:
    """A cell's value as a person would write it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (str, int, timedelta)) else ""

"""Word and Excel files: their tables stand in the file and are read, not recognised."""

import encodings.cp437  # noqa: F401  (zipfile asks for it while it reads, and in the cage no module can be opened)
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import docx
import python_calamine

from service.jobs.errors import EncryptedDocument
from service.jobs.media import DOCX
from workers.engines.base import Extraction
from workers.refusal import refusing
from workers.tables import Cell, Table

MAX_ROWS = 20_000
MAX_CELLS = 200_000
"""Of one table; what is beyond is left out, and the table says so."""


_SHORTENED = "전체 {1}행 중 앞의 {0}행만 담았습니다. Only the first {0} of {1} rows are given."


def office_tables(file: BinaryIO, media_type: str, progress: Callable[[float], None]) -> Extraction:
    """Every table of the document. Raises UnreadableFile, EncryptedDocument, and what `progress` raises."""
    read = _word_tables if media_type == DOCX else _sheets
    with refusing(media_type):
        return Extraction(tables=tuple(read(file, progress)), model="local")


def _sheets(file: BinaryIO, progress: Callable[[float], None]) -> Iterator[Table]:
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        for number, name in enumerate(workbook.sheet_names, 1):
            progress((number - 1) / len(workbook.sheet_names))
            table = _sheet_table(workbook.get_sheet_by_name(name), number, name)
            if table is not None:
                yield table
    except python_calamine.PasswordError:
        raise EncryptedDocument from None


def _sheet_table(sheet: Any, page: int, name: str) -> Table | None:
    rows = [[_shown(value) for value in row] for row in sheet.to_python(skip_empty_area=True, nrows=MAX_ROWS)]
    columns = max(map(len, rows), default=0)
    if not columns:
        return None
    kept = rows[: max(1, MAX_CELLS // columns)]
    offset = sheet.start or (0, 0)
    merged = _merged_cells(sheet.merged_cell_ranges or [], offset, len(kept), columns)
    covered = {place for span in merged.values() for place in span[2]}
    cells = tuple(
        Cell(row=r, column=c, row_span=merged[r, c][0], column_span=merged[r, c][1], text=text)
        if (r, c) in merged
        else Cell(row=r, column=c, text=text)
        for r, row in enumerate(kept)
        for c, text in enumerate(row)
        if (r, c) not in covered
    )
    concerns = () if sheet.height <= len(kept) else (_SHORTENED.format(len(kept), sheet.height),)
    return Table(page=page, title=name, rows=len(kept), columns=columns, header_rows=1, cells=cells, concerns=concerns)


def _merged_cells(
    ranges: list[Any], offset: tuple[int, int], rows: int, columns: int
) -> dict[tuple[int, int], tuple[int, int, list[tuple[int, int]]]]:
    """For each merged range within the table: its first place -> row span, column span, the places it covers."""
    found = {}
    for (top, left), (bottom, right) in ranges:
        first, last = (top - offset[0], left - offset[1]), (bottom - offset[0], right - offset[1])
        if first[0] < 0 or first[1] < 0 or last[0] >= rows or last[1] >= columns:
            continue
        places = [(r, c) for r in range(first[0], last[0] + 1) for c in range(first[1], last[1] + 1)]
        found[first] = (last[0] - first[0] + 1, last[1] - first[1] + 1, places[1:])
    return found


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


def _word_tables(file: BinaryIO, progress: Callable[[float], None]) -> Iterator[Table]:
    tables = docx.Document(file).tables
    for number, table in enumerate(tables):
        progress(number / len(tables))
        yield _word_table(table)


def _word_table(table: Any) -> Table:
    cells: dict[Any, list[int]] = {}
    texts: dict[Any, str] = {}
    rows = list(table.rows)
    width = 0
    for r, row in enumerate(rows):
        column = row.grid_cols_before
        for cell in row.cells:
            place = cells.setdefault(cell._tc, [r, column, r, column])
            place[2], place[3] = max(place[2], r), max(place[3], column)
            texts[cell._tc] = cell.text.strip()
            column += 1
        width = max(width, column)
    return Table(
        rows=len(rows),
        columns=width,
        header_rows=min(1, len(rows)),
        cells=tuple(
            Cell(row=top, column=left, row_span=bottom - top + 1, column_span=right - left + 1, text=texts[key])
            for key, (top, left, bottom, right) in cells.items()
        ),
    )

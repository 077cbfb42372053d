"""Excel files: on each sheet the ranges that are used, as tables."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, NamedTuple

import python_calamine

from service.jobs.errors import EmptyDocument, EncryptedDocument, UnreadableFile
from service.jobs.media import XLS, XLSX
from service.tables.model import Cell, Table
from workers.allowance import MAX_CELLS, MAX_ROWS, MAX_TABLES, Allowance, check_width, concerns_of
from workers.choice import Wanted
from workers.page import Bad, Begun
from workers.refusal import refusing
from workers.workbook.looks import BinaryLooks, Look, Looks, PackageLooks, Place
from workers.workbook.number_format import plain, shown
from workers.workbook.ranges import COVERED, EMPTY, FIGURE, TEXT, Found, Range, Sheet

Merged = dict[Place, tuple[int, int]]
"""The first place of each merged range, with its rows and columns."""

MOST_HEADERS = 4
"""Header rows at most: headings over headings."""

_UNFORMATTED = (
    "셀 서식을 읽을 수 없어 값을 서식 없이 담았습니다. "
    "The cells' formats cannot be read: values are given without them."
)


class _Values(NamedTuple):
    """A sheet's texts and what they are; the place of the first one on the sheet."""

    texts: list[list[str]]
    kinds: list[str]
    start: Place
    merged: Merged


def sheet_tables(
    file: BinaryIO, media_type: str, allowance: Allowance, wanted: Wanted, left_out: Collection[int]
) -> Iterator[Table | Begun | Bad]:
    """Every range of the wanted sheets, each told of as it is begun.

    Raises EncryptedDocument, EmptyDocument, NoSuchPage, Spent, and calamine's errors.
    """
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        file.seek(0)
        looks = _looks(file, media_type)
    except python_calamine.PasswordError:
        raise EncryptedDocument from None
    if not workbook.sheet_names:
        raise EmptyDocument
    numbers = wanted.among(len(workbook.sheet_names)).numbers
    for done, number in enumerate(numbers):
        if number in left_out:
            continue
        yield Begun(number, done / len(numbers))
        try:
            with refusing(media_type):
                sheet = workbook.get_sheet_by_index(number - 1)
        except UnreadableFile as error:
            yield Bad(number, error)
        else:
            yield from _tables(sheet, number, looks, allowance)


def _looks(file: BinaryIO, media_type: str) -> Looks | None:
    try:
        return (BinaryLooks if media_type == XLS else PackageLooks)(file)
    except Exception:  # on damaged files the readers raise everything, and the values are there all the same
        return None


def _tables(sheet: Any, page: int, looks: Looks | None, allowance: Allowance) -> Iterator[Table]:
    if not sheet.width or not sheet.height:
        return
    check_width(sheet.width, XLSX)
    values = sheet.to_python(skip_empty_area=True, nrows=allowance.rows(min(sheet.height, MAX_ROWS), sheet.width))
    look = _look(sheet, looks, len(values))
    told = _told(sheet, values, look or Look({}, {}), allowance)
    found = Sheet(told.kinds, told.texts).tables(MAX_TABLES + 1)
    for number, one in enumerate(found, 1):
        cut = concerns_of(len(values), sheet.height) if number == len(found) else ()
        allowance.rows(one.range.height, one.range.width)
        yield _table(told, one, page, _title(sheet.name, one, told.start, len(found))).model_copy(
            update={"concerns": cut if look is not None else (*cut, _UNFORMATTED)}
        )
        allowance.take_table(one.range.height, one.range.width)


def _look(sheet: Any, looks: Looks | None, rows: int) -> Look | None:
    """How the sheet's cells are shown, None where that cannot be told."""
    top, left = sheet.start
    try:
        return None if looks is None else looks.of(sheet.name, top + rows, left + sheet.width)
    except Exception:  # as above
        return None


def _told(sheet: Any, values: list[list[Any]], look: Look, allowance: Allowance) -> _Values:
    """What the sheet shows, and what kind of thing that is, place by place."""
    (top, left), columns = sheet.start, max(map(len, values), default=0)
    texts: list[list[str]] = []
    kinds: list[str] = []
    for r, row in enumerate(values, top):
        texts.append(
            [allowance.take_text(_text(value, (r, c), look)) for c, value in enumerate(row, left)]
            + [""] * (columns - len(row))
        )
        kinds.append("".join(map(_kind, row, texts[-1])).ljust(columns))
    merged = _merged_cells(sheet.merged_cell_ranges or [], sheet.start, len(values), columns)
    return _Values(texts, _covered(kinds, merged), sheet.start, merged)


def _text(value: object, place: Place, look: Look) -> str:
    if isinstance(value, bool):
        return plain(value)
    if isinstance(value, (int, float, datetime, date, time, timedelta)):
        code = look.codes.get(place)
        return shown(value, code) if code else plain(value)
    return plain(value) or look.errors.get(place, "")


def _kind(value: object, text: str) -> str:
    if not text.strip():
        return EMPTY
    return TEXT if isinstance(value, (str, bool)) else FIGURE


def _covered(kinds: list[str], merged: Merged) -> list[str]:
    """The kinds, with the rest of each merged cell that holds something as used too."""
    rows = [list(row) for row in kinds]
    for (top, left), (height, width) in merged.items():
        if rows[top][left] != EMPTY:
            for row in rows[top : top + height]:
                row[left : left + width] = [COVERED] * width
            rows[top][left] = kinds[top][left]
    return ["".join(row) for row in rows]


def _table(told: _Values, found: Found, page: int, title: str) -> Table:
    part = found.range
    merged = {
        (r - part.top, c - part.left): told.merged[r, c]
        for r in (part.rows if told.merged else ())
        for c in part.columns
        if (r, c) in told.merged
    }
    covered = {place for first, spans in merged.items() for place in _places(first, spans)[1:]}
    cells = tuple(
        _cell((r, c), text, merged)
        for r, row in enumerate(told.texts[part.top : part.bottom + 1])
        for c, text in enumerate(row[part.left : part.right + 1])
        if (r, c) not in covered
    )
    heads = _header_rows(merged, part)
    return Table(page=page, title=title, rows=part.height, columns=part.width, header_rows=heads, cells=cells)


def _header_rows(merged: Merged, part: Range) -> int:
    """The first row, and those that a heading which spans columns has below it, or that reaches into them."""
    most, heads, row = max(1, min(part.height - 1, MOST_HEADERS)), 1, 0
    while row < heads < most:
        for (at, _), (height, width) in merged.items():
            if at == row:
                heads = max(heads, row + height + (width > 1))
        row += 1
    return min(heads, most)


def _cell(place: Place, text: str, merged: Merged) -> Cell:
    rows, columns = merged.get(place, (1, 1))
    return Cell(row=place[0], column=place[1], row_span=rows, column_span=columns, text=text)


def _merged_cells(ranges: Sequence[Any], offset: Place, rows: int, columns: int) -> Merged:
    """The merged ranges that lie within the sheet's values; together no more than a table has."""
    merged, area = dict[Place, tuple[int, int]](), 0
    for (top, left), (bottom, right) in ranges:
        first, last = (top - offset[0], left - offset[1]), (bottom - offset[0], right - offset[1])
        if first[0] < 0 or first[1] < 0 or last[0] >= rows or last[1] >= columns:
            continue
        area += (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
        if area > MAX_CELLS:  # ranges do not overlap in a sheet that a program wrote
            break
        merged[first] = (last[0] - first[0] + 1, last[1] - first[1] + 1)
    return merged


def _places(first: Place, spans: tuple[int, int]) -> list[Place]:
    return [(r, c) for r in range(first[0], first[0] + spans[0]) for c in range(first[1], first[1] + spans[1])]


def _title(name: str, found: Found, start: Place, ranges: int) -> str:
    """The sheet's name; where it has several tables or a caption, what tells this one from the others."""
    if found.caption is None and ranges == 1:
        return name
    part = found.range
    corners = (
        _reference(part.top + start[0], part.left + start[1]),
        _reference(part.bottom + start[0], part.right + start[1]),
    )
    return f"{name}: {found.caption or ':'.join(corners)}"


def _reference(row: int, column: int) -> str:
    """A place as spreadsheets name it: A1 is the first."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"

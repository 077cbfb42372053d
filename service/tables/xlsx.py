"""Tables as an Excel workbook: one sheet a table, merged cells merged, numbers numbers, and never a formula."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, BinaryIO
from unicodedata import east_asian_width

import xlsxwriter

from service.tables.figures import figure_of
from service.tables.model import Cell, Table

TEXT_LENGTH = 32_767
"""Characters Excel takes in one cell."""

NAME_LENGTH = 31
"""Characters Excel takes in a sheet's name."""

USUAL, WIDEST = 8.43, 60.0
"""Widths of a column, in digits: Excel's own, which shows a figure of nine digits as ########, and the most that is
given to one for its text, which goes on below then."""

AIR = 2.0
"""Digits of width beyond the longest line: the margins, and letters in bold."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")

Style = Callable[[bool, str], Any]
"""The workbook's format for a cell: whether it heads a column, and how its number is shown."""


def write_xlsx(tables: Iterable[Table], file: BinaryIO) -> None:
    """Write a workbook; each table is let go as soon as it is written down."""
    # In memory, as the system's folder for temporary files may be full, or small.
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:

        @cache
        def style(heads: bool, shown: str) -> Any:
            look = {"text_wrap": True, "valign": "top", "bold": heads, "border": 1}
            return workbook.add_format(look | ({"num_format": shown} if shown else {}))

        names: set[str] = set()
        for number, table in enumerate(tables, 1):
            _write_sheet(workbook.add_worksheet(_name(table.title, number, names)), table, style)


def _write_sheet(sheet: Any, table: Table, style: Style) -> None:
    taken: set[tuple[int, int]] = set()
    for cell in table.cells:
        heads = cell.row < table.header_rows
        places = _places(cell)
        if len(places) > 1 and taken.isdisjoint(places):  # overlapping ranges make a file that Excel calls damaged
            taken.update(places)
            sheet.merge_range(*places[0], *places[-1], "", style(heads, ""))
        _write(sheet, cell, heads, style)
    for column, width in _widths(table).items():
        sheet.set_column(column, column, width)
    if 0 < table.header_rows < table.rows:
        sheet.freeze_panes(table.header_rows, 0)


def _write(sheet: Any, cell: Cell, heads: bool, style: Style) -> None:
    figure = figure_of(cell.text)
    if figure is not None:
        sheet.write_number(cell.row, cell.column, figure.value, style(heads, figure.format))
    else:
        # Its format says text, so that it stays text when somebody edits the cell.
        sheet.write_string(cell.row, cell.column, cell.text[:TEXT_LENGTH], style(heads, "@"))


def _widths(table: Table) -> dict[int, float]:
    """The widths of the columns that need more than the usual one, by the cells that stand in them alone."""
    longest: dict[int, int] = {}
    for cell in table.cells:
        if cell.column_span == 1:
            longest[cell.column] = max(longest.get(cell.column, 0), *map(_digits, cell.text.split("\n")))
    wanted = {column: min(WIDEST, length + AIR) for column, length in longest.items()}
    return {column: width for column, width in wanted.items() if width > USUAL}


def _digits(text: str) -> int:
    """How wide a line is, in digits: Hangul and the like are as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _places(cell: Cell) -> list[tuple[int, int]]:
    """Every place of the cell; the first and the last are its corners."""
    rows, columns = range(cell.row, cell.row + cell.row_span), range(cell.column, cell.column + cell.column_span)
    return [(row, column) for row in rows for column in columns]


def _name(title: str | None, number: int, taken: set[str]) -> str:
    """A name that Excel takes for the sheet of table `number`, and that no other sheet has."""
    base = _FORBIDDEN.sub(" ", title or "").strip().strip("'")[:NAME_LENGTH].strip()
    name = base if base and base.lower() != "history" else f"Table {number}"
    if name.lower() in taken:
        end = f" ({number})"
        name = name[: NAME_LENGTH - len(end)] + end
    taken.add(name.lower())
    return name

"""What a document truly holds, and what was read of it, in the same words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

LEFT, ABOVE = "<", "^"
"""In rows as they are written down: this place belongs to the cell at its left, or to the one above it."""


@dataclass(frozen=True)
class Cell:
    """One cell, placed by its first row and column (from 0)."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1


Table = tuple[Cell, ...]


class Letter(NamedTuple):
    """One letter of a page (from 1), and its middle as shares of the page's width and height."""

    page: int
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Content:
    """The text in reading order, tables row by row, and the tables; None for what is not known or was not read."""

    text: str | None
    tables: tuple[Table, ...] | None


@dataclass(frozen=True)
class Document:
    """A file to be read, made when it is needed, and its true content; where its letters are known by their `places`
    alone, its text is not."""

    name: str
    pages: int
    truth: Content
    data: Callable[[], bytes]
    places: tuple[Letter, ...] = ()


def table_of(rows: Sequence[Sequence[str]]) -> Table:
    """The cells of a table written as rows of equal length; `<` and `^` prolong a cell across and down."""
    found = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text in (LEFT, ABOVE):
                continue
            across = _run([rows[row][place] for place in range(column + 1, len(texts))], LEFT)
            down = _run([rows[place][column] for place in range(row + 1, len(rows))], ABOVE)
            found.append(Cell(row, column, text, 1 + down, 1 + across))
    return tuple(found)


def places(cell: Cell) -> Iterator[tuple[int, int]]:
    """The rows and columns of the grid that a cell covers."""
    yield from product(range(cell.row, cell.row + cell.row_span), range(cell.column, cell.column + cell.column_span))


def plain_text(table: Table) -> str:
    """A table as text: a line for each row, with the cells that begin in it."""
    rows: dict[int, list[Cell]] = {}
    for cell in sorted(table, key=lambda one: (one.row, one.column)):
        rows.setdefault(cell.row, []).append(cell)
    return "\n".join(" ".join(cell.text for cell in row if cell.text) for row in rows.values())


def written_out(content: Content) -> str:
    """Text and cells, one a line, so that two contents can be compared line by line."""
    lines = [content.text or ""]
    for number, table in enumerate(content.tables or (), 1):
        lines.append(f"table {number}")
        for cell in sorted(table, key=lambda one: (one.row, one.column)):
            spans = f" {cell.row_span}x{cell.column_span}" if cell.row_span > 1 or cell.column_span > 1 else ""
            lines.append(f"{cell.row},{cell.column}{spans}\t{' '.join(cell.text.split())}")
    return "\n".join(lines) + "\n"


def _run(places: list[str], sign: str) -> int:
    return next((number for number, text in enumerate(places) if text != sign), len(places))

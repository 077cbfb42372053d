"""Tables that go on over a page, made one again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.tables.model import Cell, Table

_CONTINUED = re.compile(r"[\s(\[<·-]*(계속|이어서|continued|cont['’]?d|cont)[\s)\]>.]*$", re.IGNORECASE)
"""What a title ends in that is repeated on the next page."""


@dataclass(frozen=True)
class Piece:
    """A table as one page shows it; whether it begins where the page's text begins, and ends where that ends."""

    table: Table
    at_top: bool
    at_bottom: bool


def joined(pieces: Iterable[Piece]) -> tuple[Table, ...]:
    """The tables, those that go on over pages as one; `pieces` come in reading order.

    A piece goes on with the last one of the page before if it stands at the top and that one at the bottom, if both
    have as many columns, and if it has neither a title nor a header of its own. A header that is repeated is dropped.
    Where there is doubt the pieces stay apart.
    """
    found: list[Piece] = []
    for piece in pieces:
        before = found[-1] if found else None
        if before is not None and _goes_on(before, piece):
            found[-1] = _together(before, piece)
        else:
            found.append(piece)
    return tuple(piece.table for piece in found)


def _goes_on(before: Piece, piece: Piece) -> bool:
    one, other = before.table, piece.table
    return (
        before.at_bottom
        and piece.at_top
        and other.page == _last_page(one) + 1
        and other.columns == one.columns
        and _has_no_title_of_its_own(one, other)
        and (_repeats_header(one, other) or other.header_rows == 0)
    )


def _has_no_title_of_its_own(one: Table, other: Table) -> bool:
    return other.title is None or (one.title is not None and _plain(other.title) == _plain(one.title))


def _repeats_header(one: Table, other: Table) -> bool:
    """Whether `other` begins with the header rows of `one`, and nothing but rows of its own follows."""
    rows = one.header_rows
    if not 0 < rows <= other.rows or any(cell.row < rows < cell.row + cell.row_span for cell in other.cells):
        return False
    header = [_words(text) for line in one.grid()[:rows] for text in line]
    return any(header) and header == [_words(text) for line in other.grid()[:rows] for text in line]


def _together(before: Piece, piece: Piece) -> Piece:
    one, other = before.table, piece.table
    dropped = one.header_rows if _repeats_header(one, other) else 0
    moved = tuple(_moved(cell, one.rows - dropped) for cell in other.cells if cell.row >= dropped)
    known = [confidence for confidence in (one.confidence, other.confidence) if confidence is not None]
    table = one.model_copy(
        update={
            "merged_from_pages": (*(one.merged_from_pages or (one.page,)), other.page),
            "rows": one.rows + other.rows - dropped,
            "cells": one.cells + moved,
            "confidence": min(known, default=None),
            "concerns": tuple(dict.fromkeys(one.concerns + other.concerns)),
        }
    )
    return replace(piece, table=table)


def _moved(cell: Cell, rows: int) -> Cell:
    return Cell(
        row=cell.row + rows,
        column=cell.column,
        row_span=cell.row_span,
        column_span=cell.column_span,
        text=cell.text,
        confidence=cell.confidence,
    )


def _last_page(table: Table) -> int:
    return table.merged_from_pages[-1] if table.merged_from_pages else table.page


def _plain(title: str) -> str:
    return _words(_CONTINUED.sub("", title))


def _words(text: str) -> str:
    return " ".join(text.casefold().split())

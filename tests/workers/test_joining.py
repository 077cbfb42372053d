"""Tables that go on over a page: joined where nothing speaks against it, and never otherwise."""

from dataclasses import replace

import pytest

from service.tables.model import Cell, Table
from workers.joining import Piece, joined

HEADER = ("품목", "수량", "금액")


def piece(
    page: int,
    *rows: tuple[str, ...],
    header: int = 0,
    title: str | None = None,
    at_top: bool = True,
    at_bottom: bool = True,
    **facts: object,
) -> Piece:
    cells = tuple(Cell(row=r, column=c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row))
    table = Table(
        page=page, title=title, rows=len(rows), columns=len(rows[0]), header_rows=header, cells=cells, **facts
    )
    return Piece(table, at_top, at_bottom)


def row(number: int) -> tuple[str, ...]:
    return f"물건 {number}", str(number), f"{number * 1000:,}"


FIRST = piece(1, HEADER, row(1), row(2), header=1, title="표 1. 매출", at_top=False)


def test_a_table_over_three_pages_is_one_and_its_repeated_header_is_dropped() -> None:
    middle = piece(2, ("품목", " 수량", "금액"), row(3), header=1)
    last = piece(3, row(4), row(5), at_bottom=False)
    (table,) = joined([FIRST, middle, last])
    assert table.merged_from_pages == (1, 2, 3)
    assert (table.page, table.title, table.header_rows) == (1, "표 1. 매출", 1)
    assert (table.rows, table.columns) == (6, 3)
    assert table.grid() == [list(HEADER), *(list(row(number)) for number in range(1, 6))]


@pytest.mark.parametrize(
    "title",
    [None, "표 1. 매출", "표 1. 매출 (계속)", "표 1. 매출 - 계속", "표 1. 매출 (Continued)", "표 1.  매출 (cont'd)"],
)
def test_no_title_or_the_same_again_is_no_new_table(title: str | None) -> None:
    assert len(joined([FIRST, piece(2, row(3), title=title)])) == 1


@pytest.mark.parametrize(
    "following",
    [
        piece(2, row(3), at_top=False),
        piece(2, row(3), title="표 2. 비용"),
        piece(2, row(3), title="(계속)"),
        piece(2, row(3)[:2]),
        piece(2, (*row(3), "")),
        piece(3, row(3)),
        piece(1, row(3)),
        piece(2, ("이름", "나이", "주소"), row(3), header=1),
        piece(2, ("품목", "수량", "단가"), row(3), header=1),
    ],
    ids=["below", "title", "bare mark", "fewer", "more", "page missing", "same page", "other header", "near header"],
)
def test_what_speaks_against_it_keeps_them_apart(following: Piece) -> None:
    assert joined([FIRST, following]) == (FIRST.table, following.table)


def test_a_table_that_ends_before_its_page_does_goes_on_nowhere() -> None:
    ended, following = replace(FIRST, at_bottom=False), piece(2, row(3))
    assert joined([ended, following]) == (ended.table, following.table)


def test_only_the_last_and_the_first_of_two_pages_meet() -> None:
    above, other = piece(1, row(9), title="표 0", at_bottom=False), piece(2, row(8), at_top=False, title="표 2")
    found = joined([above, FIRST, piece(2, row(3), at_bottom=False), other])
    assert [table.merged_from_pages for table in found] == [(), (1, 2), ()]


def test_a_header_that_looks_like_data_is_not_dropped() -> None:
    bare = piece(1, row(1), row(2))
    (table,) = joined([bare, piece(2, row(1), row(3))])
    assert table.rows == 4


def test_two_empty_header_rows_are_no_repetition() -> None:
    blank = ("", "", "")
    first = piece(1, blank, row(1), header=1)
    assert len(joined([first, piece(2, blank, row(2), header=1)])) == 2
    (table,) = joined([first, piece(2, blank, row(2))])
    assert table.rows == 4


def test_a_header_that_reaches_into_the_rows_stays() -> None:
    reaching = piece(2, HEADER, row(3))
    cells = [*reaching.table.cells]
    cells[0] = Cell(row=0, column=0, row_span=2, text="품목")
    table = reaching.table.model_copy(
        update={"cells": tuple(cell for cell in cells if (cell.row, cell.column) != (1, 0))}
    )
    (found,) = joined([FIRST, replace(reaching, table=table)])
    assert found.rows == 5 and found.cells[-1].text == row(3)[-1]


def test_spans_and_doubts_come_along() -> None:
    wide = piece(2, row(3), row(4), confidence=0.5, concerns=("b", "a"))
    cells = (Cell(row=0, column=0, column_span=3, text="소계"), *wide.table.cells[3:])
    first = replace(FIRST, table=FIRST.table.model_copy(update={"confidence": 0.9, "concerns": ("a",)}))
    (found,) = joined([first, replace(wide, table=wide.table.model_copy(update={"cells": cells}))])
    spanning = next(cell for cell in found.cells if cell.text == "소계")
    assert (spanning.row, spanning.column_span) == (3, 3)
    assert (found.confidence, found.concerns) == (0.5, ("a", "b"))


def test_nothing_joined_is_nothing_changed() -> None:
    assert joined([]) == ()
    assert joined([FIRST]) == (FIRST.table,)

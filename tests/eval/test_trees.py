"""TEDS of tables whose cheapest change is plain to see."""

import pytest

from tests.eval.trees import Similarity, similarity, teds
from tests.eval.truth import Cell, Table, table_of

TRUE = table_of([("Item", "Price"), ("Tea", "2.50"), ("Milk", "1.20")])
"""Nine nodes without the root: three rows, six cells."""


def test_the_same_table_is_one() -> None:
    assert teds(TRUE, TRUE) == 1.0


def test_nothing_is_like_nothing_of_it() -> None:
    assert teds((), TRUE) == 0.0


@pytest.mark.parametrize(
    ("read", "cost", "nodes"),
    [
        ([("Item", "Price"), ("Tea", "2.60"), ("Milk", "1.20")], 1 / 4, 9),  # one letter of four
        ([("Item", "Price"), ("Tea", "2.50")], 3, 9),  # a row and its two cells missing
        ([("Item", "Price"), ("Tea", "2.50"), ("Milk", "1.20"), ("x", "y")], 3, 12),  # and one too many
        ([("Item", "<"), ("Tea", "2.50"), ("Milk", "1.20")], 2, 9),  # other spans: 1; its neighbour swallowed: 1
        ([("Item", "Price", ""), ("Tea", "2.50", ""), ("Milk", "1.20", "")], 3, 12),  # a column of blanks
    ],
)
def test_each_change_costs_its_share(read: list[tuple[str, ...]], cost: float, nodes: int) -> None:
    assert teds(table_of(read), TRUE) == pytest.approx(1 - cost / nodes)


def test_line_breaks_in_a_cell_are_blanks() -> None:
    assert teds(table_of([("net\nincome",)]), table_of([("net income",)])) == 1.0


def test_blank_cells_count_whether_written_down_or_not() -> None:
    written = table_of([("", "2025"), ("Sales", "12")])
    left_out = tuple(Cell(cell.row + 3, cell.column + 1, cell.text) for cell in written if cell.text)
    assert teds(written, left_out) == 1.0


def test_tables_are_paired_by_what_is_in_them_whatever_their_order() -> None:
    other = table_of([("Name", "Age"), ("Kim", "31")])
    assert similarity([other, TRUE], [TRUE, other]) == Similarity(2.0, 2)


@pytest.mark.parametrize(("found", "true", "tables"), [([TRUE], [], 1), ([], [TRUE], 1), ([TRUE, TRUE], [TRUE], 2)])
def test_missed_and_invented_tables_count_as_zero(found: list[Table], true: list[Table], tables: int) -> None:
    assert similarity(found, true) == Similarity(float(len(found) * len(true) > 0), tables)


def test_without_tables_there_is_no_mean() -> None:
    assert similarity([], []).mean is None

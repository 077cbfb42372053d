"""Adjacency relations of tables small enough to list them by hand."""

from collections import Counter

from tests.eval.relations import Hits, hits, normalised, relations
from tests.eval.truth import Cell, table_of

PRICES = table_of([("Item", "Price"), ("Tea", "2.50"), ("Milk", "1.20")])


def test_neighbours_across_and_down() -> None:
    assert relations(PRICES) == Counter(
        [
            ("item", "price", "across"),
            ("tea", "250", "across"),
            ("milk", "120", "across"),
            ("item", "tea", "down"),
            ("tea", "milk", "down"),
            ("price", "250", "down"),
            ("250", "120", "down"),
        ]
    )


def test_a_spanning_cell_is_neighbour_of_all_along_its_sides_once() -> None:
    table = table_of([("Year", "Sales", "<"), ("^", "Q1", "Q2")])
    assert relations(table) == Counter(
        [
            ("year", "sales", "across"),
            ("year", "q1", "across"),
            ("q1", "q2", "across"),
            ("sales", "q1", "down"),
            ("sales", "q2", "down"),
        ]
    )


def test_two_spanning_cells_side_by_side_are_one_relation() -> None:
    assert relations(table_of([("a", "b"), ("^", "^")])) == Counter([("a", "b", "across")])


def test_blank_cells_are_passed_over() -> None:
    assert relations(table_of([("a", "", "b"), ("", "-", "")])) == Counter([("a", "b", "across")])


def test_equal_relations_count_as_often_as_they_occur() -> None:
    assert relations(table_of([("x", "x", "x")])) == Counter({("x", "x", "across"): 2})


def test_one_wrong_cell_costs_every_relation_it_is_in() -> None:
    read = table_of([("Item", "Price"), ("Tea", "2.60"), ("Milk", "1.20")])
    found = hits([read], [PRICES])
    assert found == Hits(right=4, found=7, true=7)
    assert found.f1 == 4 / 7


def test_missed_and_invented_tables_count() -> None:
    assert hits([], [PRICES]).f1 == 0.0
    assert hits([PRICES], []).f1 == 0.0
    assert hits([], []).f1 is None
    assert hits([PRICES, PRICES], [PRICES]).f1 == 14 / 21


def test_pages_of_tables_are_pooled_by_relations() -> None:
    assert (Hits(9, 10, 10) + Hits(0, 0, 80)).f1 == 18 / 100


def test_texts_are_compared_without_case_blanks_and_signs() -> None:
    assert normalised(" Net\nIncome (%)") == "netincome%"
    assert normalised("１２３ ㎏") == "123kg"
    assert normalised("합계: 1,200원") == "합계1200원"


def test_rows_as_written_become_cells_with_spans() -> None:
    assert table_of([("a", "b", "<"), ("^", "c", "d")]) == (
        Cell(0, 0, "a", 2, 1),
        Cell(0, 1, "b", 1, 2),
        Cell(1, 1, "c"),
        Cell(1, 2, "d"),
    )


def test_a_block_of_two_by_two_is_one_cell() -> None:
    assert table_of([("a", "<"), ("^", "<"), ("b", "c")])[0] == Cell(0, 0, "a", 2, 2)

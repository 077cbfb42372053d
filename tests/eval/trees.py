"""TEDS: how like two tables are as trees (Zhong, ShafieiBavani, Jimeno Yepes: PubTabNet, 2019).

A table is a tree of rows and cells. Adding, dropping or renaming a node costs 1; of two cells with equal spans, the
share of their text that differs. The similarity is 1 - cost / nodes of the larger tree. Which rows are headers is not
looked at, for most true tables do not tell. Every place of a table's grid counts as a cell, for some true tables leave
blank ones out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from apted import APTED, Config
from rapidfuzz.distance import Levenshtein

from tests.eval.relations import normalised
from tests.eval.truth import Cell, Table, places


@dataclass(frozen=True)
class Similarity:
    """The sum of what pairs of tables reach, and the number of tables; a missed or invented one reaches 0."""

    sum: float = 0.0
    tables: int = 0

    def __add__(self, other: "Similarity") -> "Similarity":
        return Similarity(self.sum + other.sum, self.tables + other.tables)

    @property
    def mean(self) -> float | None:
        """None where there is no table, true or found."""
        return self.sum / self.tables if self.tables else None


def similarity(found: Sequence[Table], truth: Sequence[Table]) -> Similarity:
    """Every true table with the found one that has most of its cells' texts; each is taken once."""
    pairs = _paired(found, truth)
    return Similarity(sum(teds(found[one], truth[other]) for one, other in pairs), len(found) + len(truth) - len(pairs))


def teds(found: Table, truth: Table) -> float:
    """The similarity of two tables, 0 to 1."""
    one, other = _completed(found), _completed(truth)
    cost = APTED(_tree(one), _tree(other), _Costs()).compute_edit_distance()
    return max(0.0, 1.0 - float(cost) / max(_size(one), _size(other)))


@dataclass(frozen=True)
class _Node:
    kind: str
    text: str = ""
    children: tuple["_Node", ...] = ()


class _Costs(Config):  # type: ignore[misc]
    def rename(self, node1: _Node, node2: _Node) -> float:
        if node1.kind != node2.kind:
            return 1.0
        return _difference(node1.text, node2.text)

    def children(self, node: _Node) -> tuple[_Node, ...]:
        return node.children


@cache
def _difference(one: str, other: str) -> float:
    return Levenshtein.normalized_distance(one, other)


def _completed(table: Table) -> Table:
    """With a blank cell at every place between its first and its last ones that has none."""
    taken = {place for cell in table for place in places(cell)}
    rows, columns = {row for row, _ in taken}, {column for _, column in taken}
    whole = set(product(_span(rows), _span(columns)))
    return (*table, *(Cell(row, column, "") for row, column in whole - taken))


def _span(numbers: set[int]) -> range:
    return range(min(numbers), max(numbers) + 1) if numbers else range(0)


def _tree(table: Table) -> _Node:
    rows: dict[int, list[_Node]] = {}
    for cell in sorted(table, key=lambda one: (one.row, one.column)):
        text = " ".join(cell.text.split())
        rows.setdefault(cell.row, []).append(_Node(f"cell {cell.row_span} {cell.column_span}", text))
    return _Node("table", children=tuple(_Node("row", children=tuple(rows[row])) for row in sorted(rows)))


def _size(table: Table) -> int:
    """Nodes without the root, as the paper's own program counts them."""
    return len(table) + len({cell.row for cell in table}) or 1


def _paired(found: Sequence[Table], truth: Sequence[Table]) -> list[tuple[int, int]]:
    shared = [
        ((got & wanted).total() / max(1, got.total(), wanted.total()), one, other)
        for one, got in enumerate(map(_texts, found))
        for other, wanted in enumerate(map(_texts, truth))
    ]
    pairs: list[tuple[int, int]] = []
    for share, one, other in sorted(shared, key=lambda three: (-three[0], abs(three[1] - three[2]))):
        if share and all(one != first and other != second for first, second in pairs):
            pairs.append((one, other))
    return pairs


def _texts(table: Table) -> Counter[str]:
    return Counter(text for cell in table if (text := normalised(cell.text)))

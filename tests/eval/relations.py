"""Adjacency relations, as in the table competition of ICDAR 2013 (Göbel, Hassan, Oro, Orsi).

A relation is a pair of neighbouring cells that are not blank, across or down; blank cells between them are passed over.
A found one is right when both texts and the direction are those of a true one.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.eval.truth import Table, places

Relation = tuple[str, str, str]
"""Both texts, normalised, and `across` or `down`."""


@dataclass(frozen=True)
class Hits:
    """Relations found that are right, found, and true; sums of them are pooled figures."""

    right: int = 0
    found: int = 0
    true: int = 0

    def __add__(self, other: "Hits") -> "Hits":
        return Hits(self.right + other.right, self.found + other.found, self.true + other.true)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where nothing was to be found and nothing was."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else None


def hits(found: Iterable[Table], truth: Iterable[Table]) -> Hits:
    """The relations of a whole document's tables, each counted as often as it occurs."""
    got, wanted = (sum((relations(table) for table in tables), Counter[Relation]()) for tables in (found, truth))
    return Hits((got & wanted).total(), got.total(), wanted.total())


def relations(table: Table) -> Counter[Relation]:
    """All relations of one table."""
    filled = [cell for cell in table if normalised(cell.text)]
    taken = {place: number for number, cell in enumerate(filled) for place in places(cell)}
    across = _neighbours(taken)
    down = _neighbours({(column, row): number for (row, column), number in taken.items()})
    texts = [normalised(cell.text) for cell in filled]
    return Counter(
        (texts[one], texts[other], way) for way, pairs in (("across", across), ("down", down)) for one, other in pairs
    )


def normalised(text: str) -> str:
    """Letters and digits of any script and the per cent sign, in lower case and compatibility form."""
    whole = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in whole if letter.isalnum() or letter == "%")


def _neighbours(taken: dict[tuple[int, int], int]) -> set[tuple[int, int]]:
    """Pairs of different cells that follow one another along a line; a pair that meets on many lines is one."""
    pairs = set()
    before: tuple[int, int] | None = None
    for place in sorted(taken):
        if before is not None and before[0] == place[0] and taken[before] != taken[place]:
            pairs.add((taken[before], taken[place]))
        before = place
    return pairs

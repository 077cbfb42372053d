"""Which parts of a sheet are tables: what empty rows and columns part, unless it belongs together all the same."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple

EMPTY, TEXT, FIGURE, COVERED = " ", "t", "n", "m"
"""What a place holds: nothing, words, a number or a date, or the rest of a merged cell."""

_LOOKED_AT = 50
"""Rows at the top of a part from which it is told what its columns hold."""

_DEEPEST = 20
"""Times a part is parted again. Sheets that people make end at three."""

_CAPTION_REACH = 3
"""Rows below a lone text within which the table begins that it is the caption of."""


class Range(NamedTuple):
    """A rectangle of a sheet, by the first and the last of its rows and columns, from 0."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    @property
    def columns(self) -> range:
        return range(self.left, self.right + 1)

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom + 1)


class Found(NamedTuple):
    """A table's range, and the text that stands above it alone."""

    range: Range
    caption: str | None


class Sheet:
    """What the places of a sheet hold, a string of kinds for each row, all as long; and their texts."""

    def __init__(self, kinds: Sequence[str], texts: Sequence[Sequence[str]]) -> None:
        self._kinds = kinds
        self._texts = texts
        self._used = [sum(1 << column for column, kind in enumerate(row) if kind != EMPTY) for row in kinds]

    def tables(self, most: int) -> list[Found]:
        """The ranges that are used, from the top down; of more than `most` the first."""
        if not any(self._used):
            return []
        whole = self._around(range(len(self._kinds)), range(len(self._kinds[0])))
        ranges = sorted(self._parted(whole, _DEEPEST))[:most]
        captions: dict[Range, Range] = {}
        for lone in filter(self._is_lone, ranges):
            for table in self._below(lone, ranges):
                captions.setdefault(table, lone)
        taken = set(captions.values())
        return [Found(one, self._caption(captions.get(one))) for one in ranges if one not in taken]

    def _below(self, lone: Range, ranges: Iterable[Range]) -> list[Range]:
        """The table that a lone text stands above, if there is one."""
        near = (
            one
            for one in ranges
            if 0 < one.top - lone.bottom <= _CAPTION_REACH and one.left <= lone.left <= one.right
            if not self._is_lone(one)
        )
        return list(islice(near, 1))

    def _caption(self, lone: Range | None) -> str | None:
        return None if lone is None else self._texts[lone.top][lone.left]

    def _parted(self, whole: Range, depth: int) -> Iterator[Range]:
        parts = self._tables_down(whole) if depth else [whole]
        if len(parts) == 1 and depth:
            parts = self._tables_across(whole)
        if len(parts) == 1:
            yield whole
            return
        for part in parts:
            yield from self._parted(part, depth - 1)

    def _tables_down(self, whole: Range) -> list[Range]:
        parts, found = list(self._across(whole)), list[Range]()
        for part, after in zip(parts, [*parts[1:], None], strict=True):
            caption = found and after is not None and self._is_lone(part) and not self._goes_on(found[-1], after)
            if found and not caption and self._goes_on(found[-1], part):
                found[-1] = _together(found[-1], part)
            else:
                found.append(part)
        return found

    def _tables_across(self, whole: Range) -> list[Range]:
        found = list[Range]()
        for part in self._down(whole):
            if found and self._belongs(found[-1], part):
                found[-1] = _together(found[-1], part)
            else:
                found.append(part)
        return found

    def _across(self, whole: Range) -> Iterator[Range]:
        """The parts between empty rows."""
        mask = _mask(whole.columns)
        for rows in _runs(bool(self._used[row] & mask) for row in whole.rows):
            yield self._around(_moved(rows, whole.top), whole.columns)

    def _down(self, whole: Range) -> Iterator[Range]:
        """The parts between empty columns."""
        used = reduce(or_, (self._used[row] for row in whole.rows))
        for columns in _runs(bool(used >> column & 1) for column in whole.columns):
            yield self._around(whole.rows, _moved(columns, whole.left))

    def _around(self, rows: range, columns: range) -> Range:
        """The smallest range around what is used there; something is."""
        mask = _mask(columns)
        used = [row for row in rows if self._used[row] & mask]
        together = reduce(or_, (self._used[row] for row in used)) & mask
        left = (together & -together).bit_length() - 1
        return Range(used[0], left, used[-1], together.bit_length() - 1)

    def _goes_on(self, upper: Range, lower: Range) -> bool:
        """Whether rows below a gap go on with the table above: within its columns, with no headings of their own."""
        if not upper.left <= lower.left <= lower.right <= upper.right or self._is_lone(upper):
            return False
        if lower.height == 1:  # a total, or a remark
            return True
        titled = lower.height > 2 and len(self._begun(lower, lower.top)) == 1
        head = lower.top + titled
        heads = self._begun(lower, head)
        if len(heads) < 2 or any(self._kinds[head][column] == FIGURE for column in heads):
            return True
        figures = self._figures(lower, head + 1)
        if titled or (figures and figures <= heads) or (not figures and self._figures(upper, upper.top) & heads):
            return False
        return lower.top - upper.bottom == 2 and self._texts[head] != self._texts[upper.top]

    def _belongs(self, one: Range, other: Range) -> bool:
        """Whether columns beyond a gap are of the table before it: one column away, beside the same rows, and without
        labels of their own."""
        if other.left - one.right > 2 or one.top != other.top or min(one.height, other.height) == 1:
            return False
        if min(one.width, other.width) == 1:
            return True
        return one.bottom == other.bottom and self._has_labels(one) and not self._has_labels(other)

    def _has_labels(self, part: Range) -> bool:
        return any(self._kinds[row][part.left] == TEXT for row in part.rows[1:_LOOKED_AT])

    def _figures(self, part: Range, first: int) -> set[int]:
        """The columns that hold more figures than words, from row `first` on."""
        rows = self._kinds[first : part.bottom + 1][:_LOOKED_AT]
        held = {column: [row[column] for row in rows] for column in part.columns}
        return {column for column, kinds in held.items() if kinds.count(FIGURE) > kinds.count(TEXT)}

    def _begun(self, part: Range, row: int) -> set[int]:
        """The columns in which cells of a row begin."""
        return {column for column in part.columns if self._kinds[row][column] in (TEXT, FIGURE)}

    def _is_lone(self, part: Range) -> bool:
        """Whether it is a single cell, with words in it."""
        begun = islice((place for row in part.rows for place in self._begun(part, row)), 2)
        return len(list(begun)) == 1 and self._kinds[part.top][part.left] == TEXT


def _together(one: Range, other: Range) -> Range:
    return Range(
        min(one.top, other.top),
        min(one.left, other.left),
        max(one.bottom, other.bottom),
        max(one.right, other.right),
    )


def _runs(used: Iterable[bool]) -> Iterator[range]:
    start = None
    at = -1
    for at, one in enumerate(used):
        if one and start is None:
            start = at
        elif not one and start is not None:
            yield range(start, at)
            start = None
    if start is not None:
        yield range(start, at + 1)


def _moved(places: range, by: int) -> range:
    return range(places.start + by, places.stop + by)


def _mask(columns: range) -> int:
    return (1 << columns.stop) - (1 << columns.start)

"""Words that a document tells by itself, put together as lines; and taken apart again where cells part them."""

import itertools
from collections.abc import Iterable
from statistics import median

from workers.engines.local.grid import Grid
from workers.engines.local.line import Line, Word
from workers.engines.local.order import in_rows
from workers.engines.local.rect import Rect, around
from workers.page import Size
from workers.page import Word as Given

WIDEST_SPACE = 1.0
"""Gap between two words of one line, in its height, beyond which they are two lines: justified text stays below, the
gutters between columns above."""


def given_lines(words: Iterable[Given], size: Size) -> list[Line]:
    """The lines that the words of a page of `size` pixels form, row by row from the top."""
    placed = [_placed(word, size) for word in words if word.text.strip()]
    return [line for row in in_rows(placed) for line in _lines(row)]


def parted(lines: list[Line], grids: list[Grid]) -> list[Line]:
    """The lines; those in a table as single words, so that each finds its own cell."""
    return [part for line in lines for part in (_words(line) if _in_table(line, grids) else [line])]


def _placed(word: Given, size: Size) -> Line:
    (left, top, right, bottom), (width, height) = word.box, size
    rect = Rect(left * width, top * height, right * width, bottom * height)
    return Line(word.text.strip(), 1.0, rect)


def _lines(row: list[Line]) -> list[Line]:
    space = WIDEST_SPACE * median(word.rect.height for word in row)
    breaks = [
        i for i, (one, other) in enumerate(itertools.pairwise(row), 1) if other.rect.left - one.rect.right > space
    ]
    return [_line(row[start:end]) for start, end in itertools.pairwise([0, *breaks, len(row)])]


def _line(words: list[Line]) -> Line:
    text = " ".join(word.text for word in words)
    return Line(
        text, 1.0, around(word.rect for word in words), tuple(Word(word.text, 1.0, word.rect) for word in words)
    )


def _in_table(line: Line, grids: list[Grid]) -> bool:
    return any(grid.owns(line.rect) for grid in grids)


def _words(line: Line) -> list[Line]:
    return [Line(word.text, word.confidence, word.rect, (word,)) for word in line.words]

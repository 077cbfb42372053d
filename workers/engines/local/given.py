"""Words that a document tells by itself, put together as lines; and taken apart again where cells part them."""

import itertools
from collections.abc import Iterable
from statistics import median
from typing import TYPE_CHECKING

from workers.engines.local.line import Line, Word
from workers.engines.local.order import in_rows
from workers.engines.local.rect import Rect, around
from workers.page import Size
from workers.page import Word as Given

if TYPE_CHECKING:
    from workers.engines.local.grid import Grid  # not imported: the OpenAI engine has no other use of NumPy

WIDEST_SPACE = 1.0
"""Gap between two words of one line, in its height, beyond which they are two lines: justified text stays below, the
gutters between columns above."""


def placed_words(words: Iterable[Given], size: Size) -> list[Line]:
    """The words of a page of `size` pixels, each as a line."""
    return [_placed(word, size) for word in words if word.text.strip()]


def given_lines(words: Iterable[Given], size: Size) -> list[Line]:
    """The lines that the words of an upright page of `size` pixels form, row by row from the top."""
    return lines_of(placed_words(words, size))


def lines_of(words: list[Line]) -> list[Line]:
    """The lines that words, each placed by itself, form; row by row from the top."""
    return [line for row in in_rows(words) for line in _lines(row)]


def parted(lines: list[Line], grids: list["Grid"]) -> list[Line]:
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


def _in_table(line: Line, grids: list["Grid"]) -> bool:
    return any(grid.owns(line.rect) for grid in grids)


def _words(line: Line) -> list[Line]:
    return [Line(word.text, word.confidence, word.rect, (word,)) for word in line.words]

"""The caption above a table, where it is numbered or bracketed as captions are."""

import re

from workers.engines.local.grid import Grid
from workers.engines.local.line import Line
from workers.engines.local.order import in_rows
from workers.engines.local.rect import Rect, around

NUMBERED = re.compile(r"[\[<〈【(]?\s*(표|table|exhibit)\s*([A-Z]{0,3}[-.]?\d|[A-Z]\b|[IVX]+\b)", re.IGNORECASE)
"""How a numbered caption begins, in Korean and English."""

BRACKETED = re.compile(r"[<〈《【]\s*(\S.{0,78}\S)\s*[>〉》】]\s*(\(.*\))?")
"""A row that is a caption in brackets, as Korean documents have them, at most with the unit behind it."""

MOST_ROWS = 4
"""Rows of text above a table among which its caption may begin."""

NEAR = 1.6
"""Gap between two rows, or the last and the table, in their height, up to which they belong together."""


def caption_of(grid: Grid, lines: list[Line]) -> str | None:
    """The text from the line that begins a numbered caption down to the table, or what stands in brackets right above
    it; units in brackets are left out."""
    above = [line for line in lines if line.rect.bottom < grid.rect.top + line.rect.height / 2 and _over(line, grid)]
    told: list[str] = []
    below = grid.rect
    for row in reversed(in_rows(above)[-MOST_ROWS:]):
        place, text = around(line.rect for line in row), " ".join(line.text for line in row)
        if _gap(place, below) > NEAR:
            return None
        bracketed = BRACKETED.fullmatch(text)
        if bracketed and all(part.startswith("(") for part in told) and not NUMBERED.match(text):
            return bracketed[1]
        told.insert(0, text)
        if NUMBERED.match(text):
            return " ".join(part for part in told if not part.startswith("("))
        below = place
    return None


def _over(line: Line, grid: Grid) -> bool:
    return line.rect.left < grid.rect.right and line.rect.right > grid.rect.left


def _gap(above: Rect, below: Rect) -> float:
    return (below.top - above.bottom) / above.height if above.height else 0.0

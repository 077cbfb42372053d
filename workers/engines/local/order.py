"""The order in which a person reads what stands on a page: columns, rows, paragraphs."""

from statistics import median

from workers.engines.local.line import Line
from workers.engines.local.rect import Rect, around

FILLED = 0.6
"""Part of a column's width that its middle line takes up in running text; prices beside their names take up less."""

NARROWEST = 0.25
"""Least width of a text column, as a part of the page's text."""

SAME_ROW = 0.5
"""Part of the lower line's height that two lines share when they stand on one row."""


def in_columns(lines: list[Line]) -> list[list[Line]]:
    """The lines in runs to be read one after another: across the page, then each column down."""
    gutter = _gutter(lines)
    if gutter is None:
        return [lines] if lines else []
    runs: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=lambda one: one.rect.top):
        if line.rect.left < gutter < line.rect.right:
            runs += [*in_columns(left), *in_columns(right), [line]]
            left, right = [], []
        else:
            (left if line.rect.right <= gutter else right).append(line)
    return [*runs, *in_columns(left), *in_columns(right)]


def in_rows(lines: list[Line]) -> list[list[Line]]:
    """The lines of one run row by row, each row from the left."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.rect.centre[1]):
        row = next(
            (row for row in reversed(rows[-3:]) if all(line.rect.beside(one.rect) > SAME_ROW for one in row)), None
        )
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    return [sorted(row, key=lambda one: one.rect.left) for row in rows]


def in_paragraphs(rows: list[list[Line]]) -> list[list[list[Line]]]:
    """Rows grouped where they stand close and are of one size."""
    paragraphs: list[list[list[Line]]] = []
    for row in rows:
        if paragraphs and _goes_on(_around(paragraphs[-1][-1]), _around(row)):
            paragraphs[-1].append(row)
        else:
            paragraphs.append([row])
    return paragraphs


def row_height(row: list[Line]) -> float:
    """The middle height of a row's lines, in pixels."""
    return median(line.rect.height for line in row)


def _goes_on(above: Rect, below: Rect) -> bool:
    smaller, larger = sorted((above.height, below.height))
    return below.top - above.bottom < 0.8 * smaller and larger < 1.35 * smaller


def _around(row: list[Line]) -> Rect:
    return around(line.rect for line in row)


def _gutter(lines: list[Line]) -> float | None:
    """Where two columns of running text part, or None. Lines that cross it, as titles, must be few."""
    if len(lines) < 8:
        return None
    page = around(line.rect for line in lines)
    places = [page.left + page.width * share / 100 for share in range(30, 71)]
    best = min(places, key=lambda x: (_crossing(lines, x), abs(x - page.centre[0])))
    left = [line for line in lines if line.rect.right <= best]
    right = [line for line in lines if line.rect.left >= best]
    few = _crossing(lines, best) <= 0.2 * len(lines)
    return best if few and _is_column(left, page.width) and _is_column(right, page.width) else None


def _crossing(lines: list[Line], x: float) -> int:
    return sum(line.rect.left < x < line.rect.right for line in lines)


def _is_column(lines: list[Line], page_width: float) -> bool:
    if len(lines) < 4:
        return False
    column = around(line.rect for line in lines)
    return column.width > NARROWEST * page_width and median(line.rect.width for line in lines) > FILLED * column.width

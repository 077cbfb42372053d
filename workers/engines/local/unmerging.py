"""Cells that a finder took for one because no rule parts them, where their texts stand in columns or rows of their
own."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from workers.engines.local.grid import Grid, GridCell
from workers.engines.local.rect import Rect, around

WIDEST_SPACE = 1.0
"""Gap between two pieces of one text, in its height, beyond which they are two texts."""


LEVEL = 0.2
"""Part of a text's height by which the middles of two texts of one row may differ."""

FEWEST_ROWS = 3
"""Rows of text that two cells of a row must hold to be rows of the table: two may be a figure and its share below."""


Filled = dict[int, list[tuple[GridCell, Rect]]]
"""By row, the cells of that row alone in which there is text, and where that stands."""


def unmerged(grid: Grid, texts: list[Rect]) -> Grid:
    """The grid; a cell that spans columns, and holds in each row of text several that keep to one column each, is
    parted where the columns are; so is one that spans rows, and holds a text for each, level with those at its left."""
    if not grid.ruled:
        return grid
    return _parted_down(_parted_across(grid, texts), texts)


def _parted_across(grid: Grid, texts: list[Rect]) -> Grid:
    edges = _edges(grid)
    if edges is None:
        return grid
    held = _held(grid, texts)
    cells = [part for number, cell in enumerate(grid.cells) for part in _parts(cell, held.get(number, []), edges)]
    return replace(grid, cells=tuple(cells))


def _parted_down(grid: Grid, texts: list[Rect]) -> Grid:
    # A dotted rule is seen in one cell and not in the next, or left out between the names of rows.
    held = _held(grid, texts)
    single: Filled = {cell.row: [] for cell in grid.cells}
    for number, cell in enumerate(grid.cells):
        if cell.row_span == 1 and number in held:
            single[cell.row].append((cell, around(held[number])))
    cells = [part for number, cell in enumerate(grid.cells) for part in _rows_of(cell, held.get(number, []), single)]
    return replace(grid, cells=tuple(cells))


def _rows_of(cell: GridCell, texts: list[Rect], single: Filled) -> Iterator[GridCell]:
    levels = _levels(texts) if cell.row_span > 1 else []
    beside = [_told_by(cell, single.get(row, [])) for row in range(cell.row, cell.row + cell.row_span)]
    if len(levels) != cell.row_span or not all(map(_stands_level, levels, beside)):
        yield cell
        return
    for row, others in enumerate(beside, cell.row):
        rect = cell.rect._replace(top=others[0][0].rect.top, bottom=others[0][0].rect.bottom)
        yield GridCell(row, cell.column, 1, cell.column_span, rect)


def _told_by(cell: GridCell, row: list[tuple[GridCell, Rect]]) -> list[tuple[GridCell, Rect]]:
    """The cells of a row that tell where its texts stand: those at the left, for a name of two rows in two lines may
    stand level with them by chance; where there are more rows, those at the right too."""
    return [one for one in row if one[0].column < cell.column or cell.row_span >= FEWEST_ROWS]


def _stands_level(text: Rect, row: list[tuple[GridCell, Rect]]) -> bool:
    """Whether a text of more than one syllable has the same middle as all of a row, of which there is at least one."""
    level = all(abs(other.centre[1] - text.centre[1]) < LEVEL * text.height for _, other in row)
    return bool(row) and level and text.width > text.height


def _held(grid: Grid, texts: list[Rect]) -> dict[int, list[Rect]]:
    held: dict[int, list[Rect]] = {}
    for text in texts:
        if grid.owns(text):
            held.setdefault(grid.place(text), []).append(text)
    return held


def is_coarse(grid: Grid, texts: list[Rect]) -> bool:
    """Whether in some row of the grid several cells hold rows of text that stand level, as rows of the table do."""
    held = _held(grid, texts)
    for row in range(grid.rows):
        levels = [_levels(held[at]) for at, cell in enumerate(grid.cells) if cell.row == row and at in held]
        tall = [one for one in levels if len(one) >= FEWEST_ROWS]
        if any(_level(one, other) for one, other in itertools.combinations(tall, 2)):
            return True
    return False


def _levels(texts: list[Rect]) -> list[Rect]:
    """The rows of text in a cell, from the top."""
    rows: list[Rect] = []
    for text in sorted(texts, key=lambda one: one.centre[1]):
        if rows and rows[-1].beside(text) > 0.5:
            rows[-1] = around((rows[-1], text))
        else:
            rows.append(text)
    return rows


def _level(one: list[Rect], other: list[Rect]) -> bool:
    """Whether most rows of the text with fewer of them stand level with one of the other's."""
    fewer, more = sorted((one, other), key=len)
    return 2 * sum(any(a.beside(b) > 0.5 for b in more) for a in fewer) > len(fewer)


def _edges(grid: Grid) -> list[tuple[float, float]] | None:
    """Where each column starts and ends, by a cell of its own; None where some column has none."""
    own: dict[int, Rect] = {cell.column: cell.rect for cell in grid.cells if cell.column_span == 1}
    if len(own) < grid.columns:
        return None
    return [(own[column].left, own[column].right) for column in range(grid.columns)]


def _parts(cell: GridCell, texts: list[Rect], edges: list[tuple[float, float]]) -> Iterator[GridCell]:
    covered = range(cell.column, cell.column + cell.column_span)
    together = list(_together(texts))
    columns = {_column(text, edges, covered) for text in together}
    if cell.column_span == 1 or cell.row_span > 1 or None in columns or len(columns) < 2:
        yield cell
        return
    for column in covered:
        left, right = edges[column]
        yield GridCell(cell.row, column, 1, 1, Rect(left, cell.rect.top, right, cell.rect.bottom))


def _column(text: Rect, edges: list[tuple[float, float]], covered: range) -> int | None:
    """The one column that a text keeps to, or None."""
    air = text.height / 4
    return next((at for at in covered if edges[at][0] - air < text.left and text.right < edges[at][1] + air), None)


def _together(texts: list[Rect]) -> Iterator[Rect]:
    """Pieces of text that stand close on one row, as one."""
    rows: list[list[Rect]] = []
    for text in sorted(texts, key=lambda one: one.left):
        row = next((row for row in rows if row[-1].beside(text) > 0.5), None)
        if row is None:
            rows.append([text])
        elif text.left - row[-1].right < WIDEST_SPACE * text.height:
            row[-1] = around((row[-1], text))
        else:
            row.append(text)
    return itertools.chain.from_iterable(rows)

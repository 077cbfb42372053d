"""Which of two finders is believed about each table of a page."""

from collections.abc import Callable, Iterable

from workers.engines.local.grid import Grid
from workers.engines.local.layout import Regions
from workers.engines.local.rect import Rect, around
from workers.engines.local.trimming import trimmed
from workers.engines.local.unmerging import is_coarse, unmerged

FEWEST_FILLED = 4
"""Filled cells below which a grid is not worth calling a table."""

COVERED = 0.6
"""Share of a grid inside a box from which the box is about it."""

MOSTLY_RULED = 0.7
"""Share of a table box under ruled grids from which the rules are followed (there SLANet does worse)."""

FAR_MORE = 1.5
"""How many times as much text the guess must tie together as ruled grids do, to be believed against the rules."""

WELL_FILLED = 0.5
"""Share of filled places from which a grid in a figure is a table after all: a chart leaves most blank."""


def picked(
    regions: Regions, drawn: list[Grid], lines: list[Rect], guess: Callable[[Rect, float], Grid | None]
) -> list[Grid]:
    """The page's tables from the top: in each table box the finder that ties more text together, drawn ones winning a
    draw; then the drawn ones that no box covers, unless they are part of a figure."""
    drawn = [unmerged(grid, lines) for grid in drawn]
    boxes = [(whole_lines(box, lines), certainty) for box, certainty in regions.tables]
    chosen = [grid for box, certainty in boxes for grid in _in_box(box, certainty, drawn, lines, guess)]
    chosen += [grid for grid in drawn if not _covered(grid, (box for box, _ in boxes))]
    chosen = [trimmed(grid, lines) for grid in chosen if not _is_chart(grid, regions, lines)]
    real = [
        grid
        for grid in _apart(chosen, lines)
        if len(grid.filled(lines)) >= FEWEST_FILLED and grid.relations(lines) >= 3
    ]
    return sorted(real, key=lambda grid: grid.rect.top)


def whole_lines(box: Rect, lines: list[Rect]) -> Rect:
    """The box grown so that it cuts no line of text that lies mostly inside."""
    return around([box, *(line for line in lines if line.share_in(box) > 0.3)])


def _in_box(
    box: Rect, certainty: float, drawn: list[Grid], lines: list[Rect], guess: Callable[[Rect, float], Grid | None]
) -> list[Grid]:
    inside = [grid for grid in drawn if grid.rect.share_in(box) > 0.5]
    ruled = sum(grid.rect.common(box) for grid in inside if grid.ruled) > MOSTLY_RULED * box.area
    if ruled and not any(is_coarse(grid, lines) for grid in inside):
        return inside
    guessed = guess(box, certainty)
    if guessed is None:
        return inside
    tied = sum(grid.relations(lines) for grid in inside)
    more = FAR_MORE * tied if ruled else tied
    return inside if more >= trimmed(guessed, lines).relations(lines) else [guessed]


def _covered(grid: Grid, boxes: Iterable[Rect]) -> bool:
    return any(grid.rect.share_in(box) > COVERED or box.share_in(grid.rect) > COVERED for box in boxes)


def _is_chart(grid: Grid, regions: Regions, lines: list[Rect]) -> bool:
    return _covered(grid, regions.figures) and len(grid.filled(lines)) < WELL_FILLED * len(grid.cells)


def _apart(grids: list[Grid], lines: list[Rect]) -> list[Grid]:
    """The grids without those that lie mostly on one which ties more text together."""
    kept: list[Grid] = []
    for grid in sorted(grids, key=lambda one: one.relations(lines), reverse=True):
        if not any(grid.rect.share_in(other.rect) > 0.5 or other.rect.share_in(grid.rect) > 0.5 for other in kept):
            kept.append(grid)
    return kept

"""One page, from pixels to lines and tables: the engine's stages in order."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2

from service.tables.model import Table
from workers.engines.local.cutting import cut_lines
from workers.engines.local.drawn import drawn_grids
from workers.engines.local.filling import filled_table
from workers.engines.local.given import given_lines, parted
from workers.engines.local.grid import Grid
from workers.engines.local.hangul import HangulReader
from workers.engines.local.language import korean_data
from workers.engines.local.layout import LayoutFinder
from workers.engines.local.line import Line
from workers.engines.local.markdown import page_markdown
from workers.engines.local.order import in_rows
from workers.engines.local.pick import picked
from workers.engines.local.pixels import Pixels, Quad, line_image, part_of, pixels_of, rect_of, straightened
from workers.engines.local.ppocr import PaddleReader, Reading
from workers.engines.local.rect import Rect
from workers.engines.local.router import Span, routed
from workers.engines.local.structure import StructureReader
from workers.page import Page, Word

LEGIBLE = 0.4
"""Confidence below which a line is taken for texture, not writing."""

AIR = 0.12
"""Line heights added at each end of a part that is read again."""

Tell = Callable[[float], object]
"""Takes the share of the page that is done, 0 to 1; may raise to stop the work."""


@dataclass(frozen=True)
class PageReading:
    """What stands on a page: every line that is not in a table, the tables, and both as Markdown."""

    markdown: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    confidence: float | None


class PageReader:
    """Every model of the engine, loaded once; about 0.5 s."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        data = korean_data()
        self._paddle = PaddleReader()
        self._hangul = HangulReader(data) if data else None
        self._layout = LayoutFinder()
        self._structure = StructureReader()

    def read(self, page: Page, tell: Tell) -> PageReading:
        """Read a page: its picture, or its own words where it tells them."""
        tell(0.0)
        if page.words is not None:
            return self._read_given(page, page.words, tell)
        pixels, quads = self._straight(pixels_of(page.pixels))
        tell(0.3)
        grids = self._grids(pixels, [rect_of(quad) for quad in quads], tell)
        lines = self._lines(pixels, cut_lines(pixels, quads, grids), tell)
        return _reading(lines, grids, page.number, (pixels.shape[1], pixels.shape[0]))

    def _read_given(self, page: Page, words: tuple[Word, ...], tell: Tell) -> PageReading:
        lines = given_lines(words, page.pixels.size)
        # Of each word apart: a line may run through several cells.
        pieces = [word.rect for line in lines for word in line.words]
        grids = self._grids(pixels_of(page.pixels), pieces, tell)
        return _reading(parted(lines, grids), grids, page.number, page.pixels.size)

    def _straight(self, page: Pixels) -> tuple[Pixels, list[Quad]]:
        return straightened(page, self._paddle.find(page))

    def _grids(self, page: Pixels, texts: list[Rect], tell: Tell) -> list[Grid]:
        # A table needs a few pieces of text; without them its finders only see patterns in a photograph.
        if len(texts) < 4:
            return []
        regions = self._layout.find(page)
        tell(0.4)
        drawn = drawn_grids(page)
        tell(0.55)
        return picked(regions, drawn, texts, lambda box, sure: self._structure.read(page, box, sure))

    def _lines(self, page: Pixels, quads: list[Quad], tell: Tell) -> list[Line]:
        lines = []
        for done, quad in enumerate(quads):
            tell(0.6 + 0.4 * done / len(quads))
            text, confidence = self._read(page, quad)
            if text and confidence >= LEGIBLE:
                lines.append(Line(text, confidence, rect_of(quad)))
        return lines

    def _read(self, page: Pixels, quad: Quad) -> Reading:
        line = line_image(page, quad)
        latin = self._paddle.read(line)
        if self._hangul is None:
            return latin
        return routed(latin, self._hangul.read(line), lambda span: self._part(page, quad, span))

    def _part(self, page: Pixels, quad: Quad, span: Span) -> Reading:
        # A little air at both ends: a letter cut short at the edge is read as another.
        rect, (start, end) = rect_of(quad), span
        air = AIR * rect.height / rect.width
        return self._paddle.read(line_image(page, part_of(quad, max(0.0, start - air), min(1.0, end + air))))


def _reading(lines: list[Line], grids: list[Grid], number: int, size: tuple[int, int]) -> PageReading:
    told, tables = list(lines), []
    for grid in grids:
        held = [line for line in told if grid.owns(line.rect)]
        table = filled_table(grid, held, number, size) if held else None
        if table:
            told = [line for line in told if line not in held]
            tables.append((Line("", 1.0, grid.rect), table))
    sure = sum(line.confidence for line in lines) / len(lines) if lines else None
    ordered = tuple(line for row in in_rows(told) for line in row)
    return PageReading(page_markdown(told, tables), ordered, tuple(table for _, table in tables), sure)

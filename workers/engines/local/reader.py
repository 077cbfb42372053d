"""One page, from pixels to lines and tables: the engine's stages in order."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from service.tables.model import Table
from workers.engines.local.caption import caption_of
from workers.engines.local.cutting import cut_lines
from workers.engines.local.drawn import drawn_grids
from workers.engines.local.facing import FacingModel, facing, told_facing
from workers.engines.local.filling import filled_table
from workers.engines.local.given import lines_of, parted, placed_words
from workers.engines.local.grid import Grid
from workers.engines.local.language import korean_data
from workers.engines.local.layout import LayoutFinder, Regions
from workers.engines.local.leaning import lean_of
from workers.engines.local.line import Line
from workers.engines.local.look import Look, look_of
from workers.engines.local.markdown import page_markdown
from workers.engines.local.order import in_rows
from workers.engines.local.pick import picked
from workers.engines.local.pixels import Pixels, Quad, pixels_of, rect_of
from workers.engines.local.pose import Pose, straightened, turned, turned_pose
from workers.engines.local.ppocr import PaddleReader
from workers.engines.local.recogniser import Recogniser, credible
from workers.engines.local.rect import Rect
from workers.engines.local.rules import rules_of
from workers.engines.local.second_look import looked_again
from workers.engines.local.structure import StructureReader
from workers.engines.local.walls import between_walls
from workers.page import Page, Word

Tell = Callable[[float], object]
"""Takes the share of the page that is done, 0 to 1; may raise to stop the work."""


@dataclass(frozen=True)
class PageReading:
    """What stands on a page: every line of it from the top, its tables, and all as Markdown; and how the page lay, from
    which boxes of lines (in pixels of the page as read) find back to the page as given. `in_figures` is the share of
    the page that figures cover."""

    number: int
    pose: Pose
    markdown: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    look: Look
    in_figures: float

    @property
    def confidence(self) -> float | None:
        """The mean over the lines, 0 to 1; None where there are none."""
        return sum(line.confidence for line in self.lines) / len(self.lines) if self.lines else None


@dataclass(frozen=True)
class Seen:
    """A page before it is read: upright, how it lay, and where its tables and figures are."""

    pixels: Pixels
    pose: Pose
    regions: Regions
    grids: list[Grid]

    @property
    def in_figures(self) -> float:
        """The share of the page that figures cover, 0 to 1."""
        height, width = self.pixels.shape[:2]
        covered = sum(figure.area for figure in self.regions.figures)
        return min(1.0, covered / float(width * height))


class PageReader:
    """Every model of the engine, loaded once; about 0.5 s."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        np.ones((256, 256)) @ np.ones((256, 256))  # OpenBLAS takes its memory: refused it later, it ends the process
        self._paddle = PaddleReader()
        self._recogniser = Recogniser(self._paddle, korean_data())
        self._facing = FacingModel()
        self._layout = LayoutFinder()
        self._structure = StructureReader()

    def read(self, page: Page, tell: Tell) -> PageReading:
        """Read a page: its picture, or its own words where it tells them."""
        tell(0.0)
        if page.words is not None:
            return self._read_given(page, page.words, tell)
        pixels, quads, pose = self._upright(pixels_of(page.pixels), page, tell)
        tell(0.3)
        quads = self._parted(pixels, quads)
        regions, grids = self._grids(pixels, [rect_of(quad) for quad in quads], tell)
        lines = self._lines(pixels, cut_lines(pixels, quads, grids), tell)
        return _reading(Seen(pixels, pose, regions, grids), lines, page.number)

    def _read_given(self, page: Page, told: tuple[Word, ...], tell: Tell) -> PageReading:
        words = placed_words(told, page.pixels.size)
        rotation = told_facing(words)
        pose = turned_pose(page.pixels.size, rotation)
        lines = lines_of([replace(word, rect=pose.read(word.rect)) for word in words])
        pixels = turned(pixels_of(page.pixels), rotation)
        regions, grids = self._grids(pixels, [line.rect for line in lines], tell)
        return _reading(Seen(pixels, pose, regions, grids), parted(lines, grids), page.number)

    def _upright(self, pixels: Pixels, page: Page, tell: Tell) -> tuple[Pixels, list[Quad], Pose]:
        def legible(sheet: Pixels, quad: Quad) -> float:
            tell(0.2)
            return self._recogniser.legible(sheet, quad)

        rotation, quads = facing(pixels, self._facing.guess(pixels), self._paddle.find, legible)
        tell(0.25)
        pose = turned_pose(page.pixels.size, rotation)
        return straightened(turned(pixels, rotation), quads, lean_of(quads), pose)

    def _parted(self, page: Pixels, quads: list[Quad]) -> list[Quad]:
        if not quads:
            return quads
        rules = rules_of(page, [rect_of(quad) for quad in quads])
        parted = between_walls(quads, rules.walls)
        return looked_again(page, parted, rules, self._paddle.find_pressed) if parted else []

    def _grids(self, page: Pixels, texts: list[Rect], tell: Tell) -> tuple[Regions, list[Grid]]:
        # A table needs a few pieces of text; without them its finders only see patterns in a photograph.
        if len(texts) < 4:
            return Regions((), ()), []
        regions = self._layout.find(page)
        tell(0.4)
        drawn = drawn_grids(page)
        tell(0.55)

        def guess(box: Rect, sure: float) -> Grid | None:
            tell(0.55)
            return self._structure.read(page, box, sure)

        return regions, picked(regions, drawn, texts, guess)

    def _lines(self, page: Pixels, quads: list[Quad], tell: Tell) -> list[Line]:
        lines = []
        for done, quad in enumerate(quads):
            tell(0.6 + 0.4 * done / len(quads))
            line = self._recogniser.read(page, quad)
            lines += [line] if line else []
        return credible(lines)


def _reading(seen: Seen, lines: list[Line], number: int) -> PageReading:
    told, tables = list(lines), []
    for grid in seen.grids:
        held = [line for line in told if grid.owns(line.rect)]
        table = filled_table(grid, held, number, seen.pose.box(grid.rect)) if held else None
        if table:
            told = [line for line in told if line not in held]
            titled = table.model_copy(update={"title": caption_of(grid, told)})
            tables.append((Line("", 1.0, grid.rect), titled))
    return PageReading(
        number=number,
        pose=seen.pose,
        markdown=page_markdown(told, tables),
        lines=tuple(line for row in in_rows(lines) for line in row),
        tables=tuple(table for _, table in tables),
        look=look_of(seen.pixels),
        in_figures=seen.in_figures,
    )

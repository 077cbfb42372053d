"""The embedded engine: one reader for all pages, answers in the words every engine shares."""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from workers.engines.base import Analysis, Extraction, PageResult, Progress, Request
from workers.engines.local.answer import MODEL, analysis, concerns
from workers.engines.local.starved import Starved
from workers.memory import is_starved, make_room
from workers.page import Page, Size

if TYPE_CHECKING:
    from workers.engines.local.reader import PageReader, PageReading

MOST_PIXELS = 1654 * 2339
"""A4 at 200 dpi."""


class LocalEngine:
    """Reads with models on this machine, on one thread. Making one costs nothing; the first page loads the models."""

    name = MODEL
    takes_files = False

    def fit(self, size: Size, request: Request) -> Size:
        """At most as many pixels as A4 at 200 dpi: lines are read at 32 pixels height, which 10-point type has there.

        The area is bounded, not the long side, so that a till receipt or a long screenshot stays legible.
        """
        width, height = size
        scale = min(1.0, math.sqrt(MOST_PIXELS / (width * height)))
        return max(1, math.floor(width * scale)), max(1, math.floor(height * scale))

    def analyze(self, pages: Iterator[Page], request: Request, progress: Progress) -> Analysis:
        """Read every page as Markdown; the prompt is not interpreted, which `concerns` says first.

        Raises MemoryError, as `extract` does, where there was not enough of it for any page.
        """
        starved = Starved()
        read = [(page.facts, reading) for page, reading in self._readings(pages, progress, starved)]
        progress(1.0)
        return starved.told_in(analysis(read))

    def extract(self, pages: Iterator[Page], request: Request, progress: Progress) -> Extraction:
        """Find every table on the pages."""
        starved = Starved()
        readings = [reading for _, reading in self._readings(pages, progress, starved)]
        progress(1.0)
        found = Extraction(
            tables=tuple(table for reading in readings for table in reading.tables),
            model=MODEL,
            concerns=concerns(readings),
            pages=tuple(PageResult(reading.number) for reading in readings),
        )
        return starved.told_in(found)

    @cached_property
    def _reader(self) -> "PageReader":
        # Imported here, in the worker after its fork: a session made before the fork hangs the process at its exit.
        from workers.engines.local.reader import PageReader

        return PageReader()

    def _readings(
        self, pages: Iterator[Page], progress: Progress, starved: Starved
    ) -> Iterator[tuple[Page, "PageReading"]]:
        """Each page with its reading; those that memory ran out on are noted in `starved` and cost no other page."""
        some = False
        for page in pages:
            reading = self._read_or_starve(page, progress)
            progress.pages_read += 1
            if reading is not None:
                some = True
                starved.pass_by()
                yield page, reading
                continue
            self.__dict__.pop("_reader", None)  # what it held may be in pieces, too
            make_room()
            starved.add(page.number)
            if starved.hopeless:
                break
        if starved.pages and not some:
            raise MemoryError(f"there was not enough for any of {len(starved.pages)} pages")

    def _read_or_starve(self, page: Page, progress: Progress) -> "PageReading | None":
        try:
            return self._reader.read(page, lambda share: progress((page.place - 1 + share) / page.total))
        except Exception as error:
            if not is_starved(error):
                raise
            progress.log.warning("page_starved", page=page.number, exc_info=True)
            return None

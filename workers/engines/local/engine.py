"""The embedded engine: one reader for all pages, answers in the words every engine shares."""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from workers.engines.base import Analysis, Extraction, PageResult, Progress, Request
from workers.engines.local.answer import MODEL, analysis, concerns
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
        """Read every page as Markdown; the prompt is not interpreted, which `concerns` says first."""
        read = [(page.facts, self._read(page, progress)) for page in pages]
        progress(1.0)
        return analysis(read)

    def extract(self, pages: Iterator[Page], request: Request, progress: Progress) -> Extraction:
        """Find every table on the pages."""
        readings = [self._read(page, progress) for page in pages]
        progress(1.0)
        tables = tuple(table for reading in readings for table in reading.tables)
        return Extraction(
            tables,
            MODEL,
            concerns=concerns(readings),
            pages=tuple(PageResult(reading.number) for reading in readings),
        )

    @cached_property
    def _reader(self) -> "PageReader":
        # Imported here, in the worker after its fork: a session made before the fork hangs the process at its exit.
        from workers.engines.local.reader import PageReader

        return PageReader()

    def _read(self, page: Page, progress: Progress) -> "PageReading":
        reading = self._reader.read(page, lambda share: progress((page.place - 1 + share) / page.total))
        progress.pages_read += 1
        return reading

"""The embedded engine: one reader for all pages, answers in the words every engine shares."""

import math
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from workers.engines.base import Analysis, Extraction, Progress, Request
from workers.engines.local import words
from workers.engines.local.language import languages
from workers.page import Page, Size

if TYPE_CHECKING:
    from workers.engines.local.reader import PageReader, PageReading

MODEL = "local"

MOST_PIXELS = 1654 * 2339
"""A4 at 200 dpi."""

SURE = 0.8
"""Mean confidence below which the reader is warned of misreadings."""


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
        readings, sizes = [], []
        for page in pages:
            readings.append(self._read(page, progress))
            sizes.append(page.pixels.size)
        progress(1.0)
        tables = tuple(table for reading in readings for table in reading.tables)
        return Analysis(
            text="\n\n".join(reading.markdown for reading in readings if reading.markdown) or words.NO_TEXT,
            model=MODEL,
            prompt_followed=False,
            tables=tables,
            details=_details(readings, sizes),
            concerns=(words.PROMPT_NOT_FOLLOWED, *_concerns(readings)),
        )

    def extract(self, pages: Iterator[Page], request: Request, progress: Progress) -> Extraction:
        """Find every table on the pages."""
        readings = [self._read(page, progress) for page in pages]
        progress(1.0)
        tables = tuple(table for reading in readings for table in reading.tables)
        return Extraction(
            tables, MODEL, concerns=_concerns(readings) if tables else (*_concerns(readings), words.NO_TABLES)
        )

    @cached_property
    def _reader(self) -> "PageReader":
        # Imported here, in the worker after its fork: a session made before the fork hangs the process at its exit.
        from workers.engines.local.reader import PageReader

        return PageReader()

    def _read(self, page: Page, progress: Progress) -> "PageReading":
        total = max(page.total, page.number)
        return self._reader.read(page, lambda share: progress((page.number - 1 + share) / total))


def _details(readings: list["PageReading"], sizes: list[Size]) -> dict[str, object]:
    width, height = sizes[0] if sizes else (0, 0)
    return {
        "content": _content(readings),
        "width": width,
        "height": height,
        "pages": len(readings),
        "lines": sum(len(reading.lines) for reading in readings),
        "tables": sum(len(reading.tables) for reading in readings),
        "mean_confidence": _confidence(readings),
        "languages": list(languages()),
    }


def _content(readings: list["PageReading"]) -> str:
    """A guess: `document` has running text or tables, `labelled picture` a few words, `picture` none."""
    if any(reading.tables or len(reading.lines) > 5 for reading in readings):
        return "document"
    return "labelled picture" if any(reading.lines for reading in readings) else "picture"


def _confidence(readings: list["PageReading"]) -> float | None:
    known = [reading.confidence for reading in readings if reading.confidence is not None]
    return round(sum(known) / len(known), 3) if known else None


def _concerns(readings: list["PageReading"]) -> tuple[str, ...]:
    confidence = _confidence(readings)
    missing = () if "ko" in languages() else (words.KOREAN_MISSING,)
    return (*missing, words.UNSURE) if confidence is not None and confidence < SURE else missing

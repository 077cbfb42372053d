"""The readings of a document's pages as one answer."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workers.engines.base import Analysis, PageResult
from workers.engines.local import words
from workers.engines.local.language import languages
from workers.page import Facts

if TYPE_CHECKING:
    from workers.engines.local.reader import PageReading

MODEL = "local"

SURE = 0.8
"""Mean confidence below which the reader is warned of misreadings."""


def analysis(read: Sequence[tuple[Facts, "PageReading"]]) -> Analysis:
    """The answer to an analysis, of each page's facts and its reading; where nothing is written, the text says what the
    first page looks like."""
    # Imported here, after the worker's fork: OpenCV comes with it.
    from workers.engines.local.details import page_details

    readings = [reading for _, reading in read]
    pages = [page_details(reading, facts) for facts, reading in read]
    text = "\n\n".join(reading.markdown for reading in readings if reading.markdown)
    return Analysis(
        text=text or "\n\n".join([*(str(page["summary"]) for page in pages[:1]), words.NO_TEXT]),
        model=MODEL,
        prompt_followed=False,
        tables=tuple(table for reading in readings for table in reading.tables),
        details={
            "pages": pages,
            "lines": sum(len(reading.lines) for reading in readings),
            "tables": sum(len(reading.tables) for reading in readings),
            "mean_confidence": _confidence(readings),
            "languages": list(languages()),
        },
        concerns=(words.PROMPT_NOT_FOLLOWED, *concerns(readings)),
        pages=tuple(PageResult(reading.number, text=reading.markdown) for reading in readings),
    )


def concerns(readings: Sequence["PageReading"]) -> tuple[str, ...]:
    """What a person should know of the readings, first what touches them all."""
    return tuple(_concerns(readings))


def _concerns(readings: Sequence["PageReading"]) -> Iterator[str]:
    if "ko" not in languages():
        yield words.KOREAN_MISSING
    confidence = _confidence(readings)
    if confidence is not None and confidence < SURE:
        yield words.UNSURE
    for reading in readings:
        if reading.pose.rotation:
            yield words.TURNED.format(reading.number, reading.pose.rotation)
        if not reading.lines:
            yield words.NOTHING_WRITTEN.format(reading.number)


def _confidence(readings: Sequence["PageReading"]) -> float | None:
    known = [reading.confidence for reading in readings if reading.confidence is not None]
    return round(sum(known) / len(known), 3) if known else None

"""Pages that memory ran out on."""

from dataclasses import replace
from typing import TypeVar

from service.jobs.errors import OutOfMemory
from workers.engines.base import Analysis, Extraction, PageResult

MOST_IN_A_ROW = 2
"""Pages one after another that starve before no further one is tried. The second was read with fresh models and nothing
of the first: what fails again is not that one page's, and thousands more would fail as slowly."""

Reading = TypeVar("Reading", Analysis, Extraction)


class Starved:
    """Those of one run, in their order."""

    def __init__(self) -> None:
        self.pages: list[int] = []
        self._in_a_row = 0

    def add(self, number: int) -> None:
        """A page was not read, for want of memory."""
        self.pages.append(number)
        self._in_a_row += 1

    def pass_by(self) -> None:
        """A page was read."""
        self._in_a_row = 0

    @property
    def hopeless(self) -> bool:
        """Whether the next page would starve as well."""
        return self._in_a_row >= MOST_IN_A_ROW

    def told_in(self, reading: Reading) -> Reading:
        """The reading of the others, with what has to be said of these."""
        missing: tuple[PageResult, ...] = tuple(PageResult(number, OutOfMemory()) for number in self.pages)
        return replace(
            reading,
            concerns=(*reading.concerns, *(concern for page in missing for concern in page.told())),
            pages=(*reading.pages, *missing),
            stopped_by=OutOfMemory() if self.hopeless else None,
        )

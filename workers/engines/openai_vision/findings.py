"""What the answers to a document's questions came to: what was found, and the pages that are missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.jobs.errors import JobError, MaxCostReached, ModelAnswerCut, ModelAnswerInvalid, ModelRefused
from workers.engines.base import PageResult
from workers.page import Page

Found = TypeVar("Found")

_OF_ONE_QUESTION = (ModelRefused, ModelAnswerCut, ModelAnswerInvalid, MaxCostReached)
"""Errors that speak of one question, and cost its pages. All others speak of the server, and end the run."""

_FUTILE = 8
"""Questions whose answers are all of no use after which no further one is asked: two rounds of the lanes."""


@dataclass(frozen=True)
class Finding(Generic[Found]):
    """What one question about `pages` came to: what was found, or why nothing was."""

    pages: tuple[int, ...]
    found: Found | None = None
    error: JobError | None = None


class Findings(Generic[Found]):
    """The findings of one run; threads may add some at once."""

    def __init__(self) -> None:
        self._all: list[Finding[Found]] = []

    def add(self, pages: Sequence[Page], ask: Callable[[], Found]) -> None:
        """Ask about `pages` and note what came of it. Raises what does not speak of the one question."""
        numbers = tuple(page.number for page in pages)
        try:
            finding = Finding(numbers, ask())
        except _OF_ONE_QUESTION as error:
            finding = Finding(numbers, error=error)
        self._all.append(finding)

    @property
    def futile(self) -> bool:
        """Whether so many questions failed, and all did, that the next one would too."""
        return len(self._all) >= _FUTILE and all(finding.error for finding in self._all)

    @property
    def stopped_by(self) -> MaxCostReached | None:
        """What kept pages from being read that could have been."""
        return next((one.error for one in self._all if isinstance(one.error, MaxCostReached)), None)

    def kept(self) -> list[Finding[Found]]:
        """Those that found something, in the order of their pages. Raises the first one's error when none did."""
        found = sorted((one for one in self._all if one.error is None), key=lambda one: one.pages)
        if self._all and not found:
            first = min(self._all, key=lambda one: one.pages).error
            assert first is not None
            raise first
        return found

    def pages(self) -> tuple[PageResult, ...]:
        """What became of each page that was to be asked about, in order."""
        every = [PageResult(number, finding.error) for finding in self._all for number in finding.pages]
        return tuple(sorted(every, key=lambda page: page.number))

    def concerns(self) -> tuple[str, ...]:
        """A sentence for each page that is missing for its answer; of the limit all are told at once."""
        missing = [page for page in self.pages() if not isinstance(page.error, MaxCostReached)]
        return tuple(concern for page in missing for concern in page.told())

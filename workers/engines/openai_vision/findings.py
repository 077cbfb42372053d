"""What the answers to a document's questions came to: what was found, and the pages that are missing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.jobs.errors import JobError, MaxCostReached, ModelAnswerCut, ModelAnswerInvalid, ModelRefused
from workers.engines.base import PageResult, StoppedBy
from workers.page import Page

Found = TypeVar("Found")

_OF_ONE_QUESTION = (ModelRefused, ModelAnswerCut, ModelAnswerInvalid, MaxCostReached)
"""Errors that speak of one question, and cost its pages. All others speak of the server, and end the run."""

_FUTILE = 8
"""Questions whose answers are all of no use after which no further one is asked: two rounds of the lanes."""

_MISSING = "{number}쪽이 빠졌습니다: {ko} Page {number} is left out: {en}"
_STOPPED = (
    "비용 한도(max_cost) {limit} USD에 이르러 {total}쪽 가운데 {missing}쪽을 읽지 않았습니다. "
    "The task reached its max_cost of {limit} USD: {missing} of its {total} pages are not read."
)


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
        self._total = 0

    def add(self, pages: Sequence[Page], ask: Callable[[], Found]) -> None:
        """Ask about `pages` and note what came of it. Raises what does not speak of the one question."""
        numbers, self._total = tuple(page.number for page in pages), pages[0].total
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
    def stopped_by(self) -> StoppedBy:
        """What kept pages from being read that could have been."""
        return None if self._limit_reached() is None else "max_cost"

    def kept(self) -> list[Finding[Found]]:
        """Those that found something, in the order of their pages. Raises the first one's error when none did."""
        found = sorted((one for one in self._all if one.error is None), key=lambda one: one.pages)
        if self._all and not found:
            first = min(self._all, key=lambda one: one.pages).error
            assert first is not None
            raise first
        return found

    def pages(self) -> tuple[PageResult, ...]:
        """What became of each page, in order; also of those that were never drawn for the task's limit."""
        told = [PageResult(number, finding.error) for finding in self._all for number in finding.pages]
        told.sort(key=lambda page: page.number)
        reached = self._limit_reached()
        if reached is not None:
            told += [PageResult(number, reached) for number in range(told[-1].number + 1, self._total + 1)]
        return tuple(told)

    def concerns(self) -> Iterator[str]:
        """A sentence for each page that is missing, and one for all those that the task's limit kept out."""
        pages = self.pages()
        for page in pages:
            if page.error is not None and not isinstance(page.error, MaxCostReached):
                ko, en = page.error.message("ko"), page.error.message("en")
                yield _MISSING.format(number=page.number, ko=ko, en=en)
        reached = self._limit_reached()
        if reached is not None:
            missing = sum(isinstance(page.error, MaxCostReached) for page in pages)
            yield _STOPPED.format(limit=reached.values["limit"], total=self._total, missing=missing)

    def _limit_reached(self) -> MaxCostReached | None:
        return next((one.error for one in self._all if isinstance(one.error, MaxCostReached)), None)

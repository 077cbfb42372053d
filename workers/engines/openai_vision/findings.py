"""What the answers to a document's questions came to: what was found, and the pages that are missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.jobs.errors import ModelAnswerCut, ModelAnswerInvalid, ModelError, ModelRefused
from workers.engines.base import PageResult

Found = TypeVar("Found")

_OF_ONE_ANSWER = (ModelRefused, ModelAnswerCut, ModelAnswerInvalid)
"""Errors that speak of one answer, and cost its pages. All others speak of the server, and end the run."""

_FUTILE = 8
"""Questions whose answers are all of no use after which no further one is asked: two rounds of the lanes."""


@dataclass(frozen=True)
class Finding(Generic[Found]):
    """What one question about `pages` came to: what was found, or why nothing was."""

    pages: tuple[int, ...]
    found: Found | None = None
    error: ModelError | None = None


class Findings(Generic[Found]):
    """The findings of one run; threads may add some at once."""

    def __init__(self) -> None:
        self._all: list[Finding[Found]] = []

    def add(self, pages: Sequence[int], ask: Callable[[], Found]) -> None:
        """Ask about `pages` and note what came of it. Raises what does not speak of the one answer."""
        try:
            finding = Finding(tuple(pages), ask())
        except _OF_ONE_ANSWER as error:
            finding = Finding(tuple(pages), error=error)
        self._all.append(finding)

    @property
    def futile(self) -> bool:
        """Whether so many questions failed, and all did, that the next one would too."""
        return len(self._all) >= _FUTILE and all(finding.error for finding in self._all)

    def kept(self) -> list[Finding[Found]]:
        """Those that found something, in the order of their pages. Raises the first one's error when none did."""
        found = sorted((one for one in self._all if one.error is None), key=lambda one: one.pages)
        if self._all and not found:
            first = min(self._all, key=lambda one: one.pages).error
            assert first is not None
            raise first
        return found

    def pages(self) -> tuple[PageResult, ...]:
        """What became of each page, in order."""
        every = [PageResult(number, finding.error) for finding in self._all for number in finding.pages]
        return tuple(sorted(every, key=lambda page: page.number))

    def concerns(self) -> tuple[str, ...]:
        """A sentence for each page that is missing."""
        return tuple(concern for page in self.pages() for concern in page.told())

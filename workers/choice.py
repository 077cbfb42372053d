"""Which pages of a document are read."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from service.jobs.errors import NoSuchPage
from service.jobs.pages import page_spans


class Choice(NamedTuple):
    """The numbers of the pages that are read, rising; those asked for in vain; whether there are more than are read."""

    numbers: tuple[int, ...]
    absent: tuple[int, ...] = ()
    more: bool = False

    def skipped(self, number: int) -> int:
        """How many pages before this one are not read."""
        return number - 1 - self.numbers.index(number)


class Wanted:
    """The pages that are asked for by number, or as many as may be read; at most `most` either way.

    A reader that is started again begins at page `first`. `tell` is given the choice before the first page is read.
    """

    def __init__(
        self, pages: Sequence[int] | None, most: int, first: int = 1, tell: Callable[[Choice], None] | None = None
    ) -> None:
        self.first = first
        self._pages = None if pages is None else tuple(sorted(pages))
        self._most = most
        self._tell = tell

    @property
    def upto(self) -> int:
        """How far a document's pages have to be counted."""
        return self._most + 1 if self._pages is None else self._pages[-1]

    def among(self, found: int) -> Choice:
        """Those of a document of `found` pages. Raises NoSuchPage when none of them is there."""
        choice = self._choice(found)
        if self._tell is not None:
            self._tell(choice)
        return choice

    def _choice(self, found: int) -> Choice:
        if self._pages is None:
            return Choice(tuple(range(1, min(found, self._most) + 1)), more=found > self._most)
        there = tuple(number for number in self._pages if number <= found)
        if not there:
            raise NoSuchPage(pages=page_spans(self._pages), actual=found)
        return Choice(there[: self._most], self._pages[len(there) :], len(there) > self._most)

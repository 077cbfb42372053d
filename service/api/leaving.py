"""Who leaves before the answer has come to its end: told at once by the protocol, which sees the connection go."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

LEAVING = "document_analysis.leaving"
"""Where in a request's scope the protocol puts its connection's."""


class Leaving:
    """One connection's: whether the client has left, and what is to be done when it does."""

    __slots__ = ("_left", "_then")

    def __init__(self) -> None:
        self._left = False
        self._then: set[Callable[[], None]] = set()

    def note(self) -> None:
        """The client has left."""
        self._left = True
        for then in tuple(self._then):
            then()

    @contextmanager
    def told(self, then: Callable[[], None]) -> Iterator[None]:
        """While the context is open `then` is called as soon as the client leaves, also if it has before."""
        self._then.add(then)
        if self._left:
            then()
        try:
            yield
        finally:
            self._then.discard(then)


def leaving_of(scope: MutableMapping[str, Any]) -> Leaving:
    """That of a request's connection; of one that no protocol of ours brought, nobody is told to have left."""
    found = scope.get(LEAVING)
    return found if isinstance(found, Leaving) else Leaving()

"""Installations that run on for all tests of one process that need no other settings: a start costs seconds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

from tests.installation import Installation

Lend = Callable[..., AbstractContextManager[Installation]]


class Lender:
    """Keeps installations by their settings, started when first asked for; `make` makes one that does not run yet.

    A borrower has one for itself and finds it at rest, with the ended tasks of others.
    """

    def __init__(self, make: Callable[..., Installation]) -> None:
        self._make = make
        self._at_rest: dict[str, Installation] = {}
        self._running = ExitStack()

    @contextmanager
    def lend(self, first: Path | None = None, **settings: object) -> Iterator[Installation]:
        """One that runs with these settings; after a test that failed nobody else gets it.

        `first` is for `Installation.load_first`.
        """
        name = repr((first, sorted(settings.items())))
        service = self._at_rest.pop(name, None) or self._started(first, settings)
        yield service
        come_to_rest(service)
        self._at_rest[name] = service

    def close(self) -> None:
        """Stop them all."""
        self._running.close()

    def _started(self, first: Path | None, settings: dict[str, object]) -> Installation:
        service = self._make(**settings)
        if first:
            service.load_first(first)
        self._running.enter_context(closing(service.http))
        return self._running.enter_context(service.running())


def come_to_rest(service: Installation) -> None:
    """Cancel what a test left, until there is nothing."""
    service.wait_for(lambda: not [service.cancel(task) for task in _unfinished(service)])


def _unfinished(service: Installation) -> list[str]:
    answers = [
        service.get("/background/all-tasks", params={"status": status}).json() for status in ("pending", "processing")
    ]
    return [task["task_id"] for answer in answers for task in answer["tasks"]]

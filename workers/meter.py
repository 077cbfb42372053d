"""What a task has been charged so far, and whether it may be charged more."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from service.jobs.errors import MaxCostReached
from service.models.prices import Price
from service.models.usage import Usage

FIRST_ANSWER = 300
"""Tokens that a task's first answer is expected to have."""

_USD = 1_000_000
_LONG = 3600.0

Wait = Callable[[float, Callable[[], bool]], None]
"""Lets seconds pass, at most until something holds; engines.base.Progress has one."""


class Meter:
    """Counts tokens of one task, those of its earlier runs (`before`) too; threads may ask and add at once.

    `price` is its model's, None where that is not known; `limit` is the task's `max_cost` in millionths of a USD.
    `full` says that there was no room for a question: then there is none for any other.
    """

    def __init__(self, price: Price | None = None, before: Usage | None = None, limit: int | None = None) -> None:
        self.full = False
        self._price = price
        self._usage = before
        self._limit = limit
        self._longest = 0
        self._reserved = 0
        self._released = 0
        self._lock = threading.Lock()

    @property
    def usage(self) -> Usage | None:
        """Everything charged so far; None while nothing was."""
        return self._usage

    def add(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Count what one answer charged."""
        with self._lock:
            before = self._usage or Usage(0, 0)
            prompt, completion = before.prompt_tokens + prompt_tokens, before.completion_tokens + completion_tokens
            cost = None if self._price is None else self._price.of(prompt, completion)
            self._usage = Usage(prompt, completion, cost)
            self._longest = max(self._longest, completion_tokens)

    @contextmanager
    def room(self, prompt_tokens: int, wait: Wait) -> Iterator[None]:
        """Room for a question of so many tokens, and for an answer as long as the longest so far, while it is asked.

        Where only the questions under way leave none, their answers are waited for. Raises MaxCostReached when there
        is no room without them either, and what `wait` raises.
        """
        released = self._released
        while (expected := self._reserve(prompt_tokens)) is None:
            wait(_LONG, partial(self._has_released, released))
            released = self._released
        try:
            yield
        finally:
            with self._lock:
                self._reserved -= expected
                self._released += 1

    def _has_released(self, before: int) -> bool:
        return self._released != before

    def _reserve(self, prompt_tokens: int) -> int | None:
        """What was set aside, in millionths of a USD; None where there may be room later."""
        if self._price is None or self._limit is None:
            return 0
        with self._lock:
            expected = self._price.of(prompt_tokens, self._longest or FIRST_ANSWER)
            spent = 0 if self._usage is None else self._usage.cost or 0
            self.full = self.full or spent + expected > self._limit
            if self.full:
                raise MaxCostReached(limit=f"{self._limit / _USD:.6f}".rstrip("0").rstrip("."))
            if spent + self._reserved + expected > self._limit:
                return None
            self._reserved += expected
        return expected

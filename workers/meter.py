"""What a task has been charged so far."""

import threading

from service.models.prices import Price
from service.models.usage import Usage


class Meter:
    """Counts tokens of one task, those of its earlier runs (`before`) too; threads may add at once.

    `price` is its model's, None where that is not known.
    """

    def __init__(self, price: Price | None = None, before: Usage | None = None) -> None:
        self._price = price
        self._usage = before
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

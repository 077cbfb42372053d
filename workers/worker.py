"""A worker process: Huey's own worker, tied to its supervisor's life, in reserve until it is called."""

import os
from collections.abc import Callable
from typing import Any

from huey.consumer import Worker

from workers.hand import Hand
from workers.tether import be_known_as, tie_to_parent


class JobWorker(Worker):  # type: ignore[misc]
    """Takes messages from the queue. `prepare` runs once in the new process and opens what the work needs."""

    def __init__(self, hand: Hand, prepare: Callable[["JobWorker"], None], **options: Any) -> None:
        super().__init__(**options)
        self.hand = hand
        self._prepare = prepare
        self._supervisor = os.getpid()

    def initialize(self) -> None:
        """The first thing the new process does."""
        tie_to_parent(self._supervisor)
        be_known_as("reserve")
        self._prepare(self)
        self.hand.answer()
        be_known_as(f"worker {self.hand.number}")

    def retire(self) -> None:
        """End after the job in hand; the one in reserve takes its place."""
        self.max_tasks = 1

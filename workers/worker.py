"""A worker process: Huey's own worker, told which slot is its, tied to its supervisor's life."""

import gc
import os
from collections.abc import Callable
from typing import Any

from huey.consumer import Worker

from workers.slots import Slot
from workers.tether import tie_to_parent


class JobWorker(Worker):  # type: ignore[misc]
    """Takes messages from the queue. `prepare` runs once in the new process and opens what the work needs."""

    def __init__(self, slot: Slot, owner: str, prepare: Callable[["JobWorker"], None], **options: Any) -> None:
        super().__init__(**options)
        self.slot = slot
        self.owner = owner
        self._prepare = prepare
        self._supervisor = os.getpid()

    def initialize(self) -> None:
        """The first thing the new process does."""
        tie_to_parent(self._supervisor)
        gc.freeze()  # what was loaded before the fork is shared memory: keep the collector from writing to it
        self._prepare(self)

    def retire(self) -> None:
        """End after the job in hand; the supervisor puts a new worker in this one's place."""
        self.max_tasks = 1

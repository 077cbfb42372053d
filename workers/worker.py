"""A worker process: Huey's own worker, told which slot is its, tied to its supervisor's life."""

import ctypes
import gc
import os
import signal
from collections.abc import Callable
from typing import Any

from huey.consumer import Worker

from workers.slots import Slot

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal this process gets when its parent dies."""


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
        self._prepare(self)


def tie_to_parent(parent: int) -> None:
    """Ignore the signals that stop a service, for the supervisor decides when; but die with the supervisor."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "pidfd_open"):  # Linux; elsewhere an orphan ends when its next claim finds the job taken
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    gc.freeze()  # what was loaded before the fork is shared memory: keep the collector from writing to it

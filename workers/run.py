"""A run: one attempt at one job, told to the world as it goes and stopped when the world says so."""

import time

from service.jobs.job import READING, SAVING, Job
from service.jobs.store import Store
from service.logs import Logger
from workers.slots import Slot

_INTERVAL = 0.2
"""Least seconds between two progress steps that are stored while an engine works."""


class JobStopped(Exception):
    """The run is over: cancelled, out of time, or taken back. What it did so far is thrown away."""


class Run:
    """The run in hand."""

    def __init__(self, job: Job, store: Store, slot: Slot, log: Logger) -> None:
        self.job = job
        self.log = log
        self._store = store
        self._slot = slot
        self._progress = job.progress
        self._stored_at = 0.0

    def checkpoint(self) -> None:
        """Raises JobStopped when the supervisor asked this run to stop; costs nothing."""
        if self._slot.stopping:
            raise JobStopped

    def reach(self, progress: int) -> None:
        """Store a progress step. Raises JobStopped when the row says that the run is over."""
        self.checkpoint()
        if progress <= self._progress:
            return
        if not self._store.advance(self.job, progress):
            raise JobStopped
        self._progress = progress
        self._stored_at = time.monotonic()
        self.log.info("progress", progress=progress)

    def read_share(self, fraction: float) -> None:
        """An engine's progress, 0 to 1, as the guide's 30 to 80 percent. Raises JobStopped."""
        self.checkpoint()
        if time.monotonic() - self._stored_at >= _INTERVAL:
            share = min(max(fraction, 0.0), 1.0)
            self.reach(min(int(READING + share * (SAVING - READING)), SAVING - 1))

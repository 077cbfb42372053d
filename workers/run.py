"""A run: one attempt at one job, told to the world as it goes and stopped when the world says so."""

import time
from collections.abc import Callable

from service.jobs.job import READING, SAVING, UNKNOWN, Job, Pages, now
from service.jobs.store import Store
from service.logs import Logger
from workers.meter import Meter
from workers.slots import Slot

_INTERVAL = 0.2
"""Least seconds between two progress steps that are stored while an engine works."""

GLANCE = 0.02
"""Seconds between two checkpoints of a run that waits: less than the supervisor's patience with it."""


class JobStopped(Exception):
    """The run is over: cancelled, out of time, or taken back. What it did so far is thrown away."""


class HeldUp(Exception):
    """The run cannot go on now, through no fault of the job: it is given back and waits again."""


class Run:
    """The run in hand, as an engine's Progress too; it may take `limit` seconds."""

    def __init__(self, job: Job, store: Store, slot: Slot, limit: float, meter: Meter, log: Logger) -> None:
        self.job = job
        self.log = log
        self.meter = meter
        self.pages_read = 0
        self.pages_total: int | None = None
        self._store = store
        self._slot = slot
        self._limit = limit
        self._progress = job.progress
        self._stored_at = time.monotonic()  # by the claim

    @property
    def pages(self) -> Pages:
        """What is stored of pages with the next step."""
        return UNKNOWN if self.pages_total is None else Pages(self.pages_read, self.pages_total)

    def checkpoint(self) -> None:
        """Raises JobStopped when the supervisor asked this run to stop; costs nothing."""
        if self._slot.stopping:
            raise JobStopped

    def reach(self, progress: int) -> None:
        """Store a progress step. Raises JobStopped when the row says that the run is over."""
        self.checkpoint()
        if progress <= self._progress:
            return
        if not self._store.advance(self.job, progress, self.pages):
            raise JobStopped
        self._progress = progress
        self._stored_at = time.monotonic()
        self.log.info("progress", progress=progress)

    def __call__(self, fraction: float) -> None:
        """An engine's progress, 0 to 1, as the guide's 30 to 80 percent. Raises JobStopped."""
        self.checkpoint()
        if time.monotonic() - self._stored_at >= _INTERVAL:
            share = min(max(fraction, 0.0), 1.0)
            self.reach(min(int(READING + share * (SAVING - READING)), SAVING - 1))

    @property
    def seconds_left(self) -> float:
        """Until the run's deadline, or the job's own if that is sooner."""
        left = self._limit - self._slot.age
        return left if self.job.deadline_at is None else min(left, (self.job.deadline_at - now()) / 1000)

    @property
    def traceparent(self) -> str | None:
        """Where the job stands in its client's trace, as W3C Trace Context writes it."""
        return self.job.traceparent

    @property
    def alone(self) -> bool:
        """Whether no other job of this engine waits or runs."""
        return not self._store.has_company(self.job)

    def wait(self, seconds: float, unless: Callable[[], bool]) -> None:
        """Let time pass until `unless` holds. Raises JobStopped as soon as the run is over."""
        deadline = time.monotonic() + seconds
        self.checkpoint()
        while (left := deadline - time.monotonic()) > 0 and not unless():
            time.sleep(min(left, GLANCE))
            self.checkpoint()

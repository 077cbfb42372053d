"""The chores: ring again for jobs whose message was lost, clear old tasks away."""

import os
import time
from collections.abc import Callable
from typing import Any

from huey.consumer import BaseProcess
from sqlalchemy.exc import SQLAlchemyError

from service.jobs.cleanup import drop_old_logs, remove_finished, sweep_orphans
from service.jobs.files import Files
from service.jobs.job import now
from service.jobs.listing import Listing
from service.jobs.queue import Queue
from service.jobs.store import Store
from service.logs import Logger
from service.settings import Settings
from workers.breaker import Breaker
from workers.tether import tie_to_parent

TICK = 2.0
"""Seconds between two looks for lost messages."""

OVERLOOKED = 2_000
"""Milliseconds a job must have waited before its message may count as lost."""

_SECONDS_AN_HOUR = 3600


class Maintenance(BaseProcess):  # type: ignore[misc]
    """A process beside the workers; `prepare` runs once in it and gives it its tools by `equip`."""

    process_name = "Maintenance"

    def __init__(self, huey: Any, stop_flag: Any, prepare: Callable[["Maintenance"], None]) -> None:
        super().__init__(huey, stop_flag)
        self._supervisor = os.getpid()
        self._prepare = prepare
        self._next_cleanup = 0.0

    def initialize(self) -> None:
        tie_to_parent(self._supervisor)
        self._prepare(self)

    def equip(
        self,
        settings: Settings,
        queue: Queue,
        store: Store,
        listing: Listing,
        files: Files,
        breaker: Breaker,
        log: Logger,
    ) -> None:
        """Give the process what it works with."""
        self._settings, self._queue, self._store = settings, queue, store
        self._listing, self._files, self._breaker, self._log = listing, files, breaker, log

    def loop(self, now: object = None) -> None:
        """One round of chores."""
        try:
            self._ring_again()
            self._clean_up()
        except (SQLAlchemyError, OSError):
            self._log.error("maintenance_failed", exc_info=True)  # the next round tries again
        self.stop_flag.wait(TICK)

    def _ring_again(self) -> None:
        oldest = self._listing.oldest_pending()
        if oldest is None or now() - oldest < OVERLOOKED:
            return
        overlooked = [job for job in self._store.pending() if now() - job.created_at >= OVERLOOKED]
        rung = self._queue.ring_for_missing(self._breaker.startable(overlooked))
        if rung:
            self._log.warning("rung_again", count=rung)

    def _clean_up(self) -> None:
        interval = self._settings.cleanup_interval * _SECONDS_AN_HOUR
        if not interval or time.monotonic() < self._next_cleanup:
            return
        self._next_cleanup = time.monotonic() + interval
        remove_finished(self._listing, self._files, self._log, self._settings.cleanup_max_age)
        sweep_orphans(self._listing, self._files, self._log)
        drop_old_logs(self._files)

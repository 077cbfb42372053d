"""The chores: ring again for jobs whose message was lost, clear away leftovers and old tasks."""

import os
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from huey.consumer import BaseProcess
from sqlalchemy.exc import SQLAlchemyError

from service.jobs.cleanup import drop_old_logs, remove_finished, sweep_orphans
from service.jobs.events import History
from service.jobs.files import Files
from service.jobs.line import Outlook
from service.jobs.listing import Listing
from service.jobs.queue import Queue
from service.jobs.store import Store
from service.logs import Logger
from service.settings import Settings
from workers.breaker import Breaker, needs_model
from workers.tether import be_known_as, tie_to_parent

TICK = 2.0
"""Seconds between two rounds. What is done in one concerns what was there in the round before: a job must have waited
that long before its message may count as lost, and its worker have had that long to clear away by itself."""

_SECONDS_AN_HOUR = 3600


class Maintenance(BaseProcess):  # type: ignore[misc]
    """A process beside the workers; `prepare` runs once in it and gives it its tools by `equip`."""

    process_name = "Maintenance"

    def __init__(self, huey: Any, stop_flag: Any, prepare: Callable[["Maintenance"], None]) -> None:
        super().__init__(huey, stop_flag)
        self._supervisor = os.getpid()
        self._prepare = prepare
        self._next_cleanup = 0.0
        self._newest_job = self._newest_event = self._cleared = 0

    def initialize(self) -> None:
        tie_to_parent(self._supervisor)
        be_known_as("maintenance")
        self._prepare(self)

    def equip(
        self,
        settings: Settings,
        queue: Queue,
        store: Store,
        listing: Listing,
        history: History,
        files: Files,
        breaker: Breaker,
        log: Logger,
    ) -> None:
        """Give the process what it works with."""
        self._settings, self._queue, self._store, self._history = settings, queue, store, history
        self._listing, self._files, self._breaker, self._log = listing, files, breaker, log

    def loop(self, now: object = None) -> None:
        """One round of chores."""
        try:
            messages = self._queue.messages()  # first: a job that is claimed after it is then counted as having had one
            outlook = self._store.outlook(self._newest_job)
            self._ring_again(messages, outlook)
            self._clear_leftovers(outlook)
            self._clean_up()
        except (SQLAlchemyError, sqlite3.Error, OSError):
            self._log.error("maintenance_failed", exc_info=True)  # the next round tries again
        self.stop_flag.wait(TICK)

    def _ring_again(self, messages: int, outlook: Outlook) -> None:
        # By number, not by time: the clock may be set back.
        known, self._newest_job = self._newest_job, outlook.newest_job
        if outlook.pending <= messages and not self._breaker.open:
            return
        startable = self._breaker.startable([job for job in self._store.pending() if job.seq <= known])
        # Any name does, except the trial's: it is the last, and other jobs' messages are none for it.
        trial = [job for job in startable[-1:] if self._breaker.open and needs_model(job)]
        rung = sum(self._queue.ring_for(job.id) for job in startable[messages:] or trial)
        if rung:
            self._log.warning("rung_again", count=rung)

    def _clear_leftovers(self, outlook: Outlook) -> None:
        """Remove what a killed worker, or a web process killed at a cancel, left of a task without a result."""
        until, self._newest_event = self._newest_event, outlook.newest_event
        if until == self._cleared:
            return
        for task_id in self._history.ended_without_result(self._cleared, until):
            self._files.discard_result(task_id)
        self._cleared = until

    def _clean_up(self) -> None:
        interval = self._settings.cleanup_interval * _SECONDS_AN_HOUR
        if not interval or time.monotonic() < self._next_cleanup:
            return
        self._next_cleanup = time.monotonic() + interval
        remove_finished(self._listing, self._files, self._log, self._settings.cleanup_max_age)
        sweep_orphans(self._listing, self._files, self._log)
        drop_old_logs(self._files)

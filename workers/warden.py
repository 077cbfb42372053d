"""The warden: sees that no job outlives its deadline, and that no run goes on that is over, too long or too large.

The row decides, the slot follows.
"""

import time

from service.jobs.bell import Bell
from service.jobs.errors import DeadlineExceeded, JobError, OutOfMemory
from service.jobs.job import Job, now
from service.jobs.store import Store
from service.logs import Logger
from service.settings import Settings
from workers.crew import Crew
from workers.memory import held_by
from workers.slots import run_of

LOOK = 1.0
"""Seconds between two looks at the rows of all running jobs, should a ring have been lost."""

LOOK_AGAIN = 0.1
"""Seconds after a ring until the rows are looked at once more: a run that was claimed just before may not have been in
its slot yet."""

DEADLINE_LOOK = 2.0
"""Seconds between two looks for the next deadline, for the same reason."""


class Warden:
    """Watches who is at work. `watch` is one round; its steps raise sqlalchemy's errors and may be tried again."""

    def __init__(self, settings: Settings, crew: Crew, store: Store, courier_bell: Bell, log: Logger) -> None:
        self._settings = settings
        self._crew = crew
        self._store = store
        self._courier_bell = courier_bell
        self._log = log
        self._next_look = self._next_deadline_look = 0.0
        self._rung = False

    def look_at_once(self) -> None:
        """Somebody rang: look at the rows in the next round."""
        self._rung = True
        self._next_look = self._next_deadline_look = 0.0

    def patience(self) -> float:
        """Seconds until something is due."""
        moment = time.monotonic()
        due = [self._next_deadline_look - moment]
        due += [self._next_look - moment for hand in self._crew.at_work if hand.slot.current]
        due += [wait for hand in self._crew.at_work if (wait := hand.patience(self._settings.job_timeout)) is not None]
        return max(0.0, min(due))

    def watch(self) -> None:
        """End in the rows what must end, ask the slots whose run is over to stop, kill the workers that do not."""
        self._end_too_late()
        self._end_too_long()
        self._end_oversized()
        self._ask_ended_runs()
        for hand in self._crew.at_work:
            if hand.must_die():
                self._crew.dismiss(hand)

    def _end_too_late(self) -> None:
        """End the jobs past the deadline that their client set, those that wait among them."""
        if time.monotonic() < self._next_deadline_look:
            return
        deadline = self._store.next_deadline()
        wait = DEADLINE_LOOK if deadline is None else (deadline - now()) / 1000
        if wait <= 0:
            for job in self._store.fail_overdue():
                self._tell_failed(job)
        self._next_deadline_look = time.monotonic() + min(max(wait, 0.0), DEADLINE_LOOK)

    def _end_too_long(self) -> None:
        limit = self._settings.job_timeout
        for hand in self._crew.at_work:
            if hand.running and hand.slot.age >= limit:
                self._fail(hand.running, DeadlineExceeded(seconds=f"{limit:g}"))

    def _end_oversized(self) -> None:
        """A worker refuses itself more memory than it may have, except what it shares; this is the net below."""
        for hand in self._crew.at_work:
            if hand.running and held_by(hand.process.pid) > self._settings.worker_memory_mb:
                self._fail(hand.running, OutOfMemory())

    def _fail(self, token: int, error: JobError) -> None:
        job = self._store.fail_run(*run_of(token), error)
        if job is not None:
            self._tell_failed(job)
        self._next_look = 0.0

    def _tell_failed(self, job: Job) -> None:
        self._log.info("failed", **job.log_context(), code=job.error_code)
        self._courier_bell.ring()
        self._next_look = 0.0

    def _ask_ended_runs(self) -> None:
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + (LOOK_AGAIN if self._rung else LOOK)
        self._rung = False
        running = {hand.slot.current: hand for hand in self._crew.at_work if hand.slot.current}
        if not running:
            return
        over = self._store.runs_over(map(run_of, running))
        for token, hand in running.items():
            if run_of(token) in over:
                hand.ask(token)

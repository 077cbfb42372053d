"""The rescuer: takes back the jobs of workers that are gone."""

import sqlalchemy as sa

from service.jobs.bell import Bell
from service.jobs.queue import Queue
from service.jobs.store import Store, lost_worker, not_of
from service.logs import Logger


class Rescuer:
    """Jobs of lost workers wait again, or fail when they have worn out `max_attempts`."""

    def __init__(self, store: Store, queue: Queue, courier_bell: Bell, max_attempts: int, log: Logger) -> None:
        self._store = store
        self._queue = queue
        self._courier_bell = courier_bell
        self._max_attempts = max_attempts
        self._log = log
        self._lost: list[str] = []

    def take_over(self, supervisor: str) -> None:
        """Rescue what every supervisor but this one has left. Raises sqlalchemy's errors."""
        self._rescue(not_of(supervisor))

    def note(self, owner: str) -> None:
        """A worker is gone; its job is rescued by the next `rescue`."""
        self._lost.append(owner)

    def rescue(self) -> None:
        """Rescue the jobs of the workers noted. Raises sqlalchemy's errors; those left are tried again next time."""
        while self._lost:
            self._rescue(lost_worker(self._lost[0]))
            self._lost.pop(0)

    def _rescue(self, lost: sa.ColumnElement[bool]) -> None:
        rescue = self._store.rescue(lost, max_attempts=self._max_attempts)
        for job in rescue.again:
            self._log.warning("rescued", **job.log_context(), attempt=job.attempt)
            self._queue.ring_for(job.id)
        for job in rescue.failed:
            self._log.error("failed", **job.log_context(), code=job.error_code, attempt=job.attempt)
            self._courier_bell.ring()

"""A client and its own tasks: the only view of tasks that requests get."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from service.jobs.batch_view import Batch
from service.jobs.batches import Batches, NewBatch
from service.jobs.cleanup import remove_finished
from service.jobs.entry import Entry, Keyed, Place
from service.jobs.files import Files
from service.jobs.job import Job, Submission
from service.jobs.listing import Filter, Listing
from service.jobs.store import Store, belonging_to
from service.logs import Logger


class Client:
    """All that a client may see and touch; a task of another is as if it were not there.

    `name` is that of its key, None where no keys are set: then all who come are one client.
    """

    def __init__(self, name: str | None, store: Store, listing: Listing) -> None:
        self.name = name
        self._store = store
        self._listing = listing
        self._batches = Batches(store.database)

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return belonging_to(self.name)

    def submit(
        self,
        entries: Sequence[Entry],
        max_queued: int,
        max_active: int,
        *,
        keyed: Keyed | None = None,
        batch: NewBatch | None = None,
    ) -> list[Place]:
        """Store tasks as this client's, all or none, durably; returns each with the number of tasks ahead.

        Raises QueueFull, KeyTaken, and TooManyActive where `max_active` is not 0.
        """
        own = [replace(one, submission=replace(one.submission, client=self.name)) for one in entries]
        batch = None if batch is None else replace(batch, client=self.name)
        return self._store.submit_all(own, max_queued, max_active, keyed=keyed, batch=batch)

    def read_before(self, submission: Submission, since: int) -> Job | None:
        """A task that was asked for the same of the same file, and has completed since then by reading it."""
        return self._listing.same(submission, since, self._own)

    def kept(self, key: str) -> tuple[str, dict[str, Any]] | None:
        """The fingerprint and the answer of the request that had this key, if any."""
        return self._listing.kept(self.name, key)

    def find(self, task_id: str) -> Job | None:
        """The task as it is now."""
        return self._store.find(task_id, self._own)

    def named(self, task_ids: Collection[str]) -> dict[str, Job]:
        """Those of these tasks that are there, by their ids."""
        return self._listing.named(task_ids, self._own)

    def position(self, job: Job) -> int:
        """How many tasks are ahead of a pending one, whoever's they are: that is how long it waits."""
        return self._store.position(job)

    def cancel(self, task_id: str) -> tuple[Job | None, bool]:
        """The task as it then is, and whether this call cancelled it."""
        return self._store.cancel(task_id, self._own)

    def batch(self, batch_id: str) -> tuple[Batch, list[Job]] | None:
        """A batch and those of its tasks that are kept, in the order of their files."""
        return self._batches.find(batch_id, self.name)

    def cancel_batch(self, batch_id: str) -> list[Job]:
        """Cancel what has not ended of a batch; returns those tasks."""
        return self._store.cancel_batch(batch_id, self._own)

    def page(self, wanted: Filter, before: int | None, size: int) -> list[Job]:
        """Up to `size` tasks, newest first, older than the one numbered `before`."""
        return self._listing.page(wanted, before, size, self._own)

    def count(self, wanted: Filter) -> int:
        return self._listing.count(wanted, self._own)

    def remove_finished(self, files: Files, log: Logger, max_age_hours: float) -> int:
        """Remove tasks that ended at least so long ago, with their files; returns how many."""
        return remove_finished(self._listing, files, log, max_age_hours, self._own)

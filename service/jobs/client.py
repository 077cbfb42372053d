"""A client and its own tasks: the only view of tasks that requests get."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from service.jobs.cleanup import remove_finished
from service.jobs.entry import Copied, Keyed, Place
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
        self._own = belonging_to(name)

    def submit(
        self, submission: Submission, max_queued: int, *, keyed: Keyed | None = None, result: Copied | None = None
    ) -> Place:
        """Store a task as this client's, durably; returns it with the number of tasks ahead.

        Raises QueueFull, KeyTaken.
        """
        return self._store.submit(replace(submission, client=self.name), max_queued, keyed=keyed, result=result)

    def read_before(self, submission: Submission, since: int) -> Job | None:
        """A task that was asked for the same of the same file, and has completed since then by reading it."""
        return self._listing.same(submission, since, self._own)

    def kept(self, key: str) -> tuple[str, dict[str, Any]] | None:
        """The fingerprint and the answer of the request that had this key, if any."""
        return self._store.kept(self.name, key)

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

    def page(self, wanted: Filter, before: int | None, size: int) -> list[Job]:
        """Up to `size` tasks, newest first, older than the one numbered `before`."""
        return self._listing.page(wanted, before, size, self._own)

    def count(self, wanted: Filter) -> int:
        return self._listing.count(wanted, self._own)

    def remove_finished(self, files: Files, log: Logger, max_age_hours: float) -> int:
        """Remove tasks that ended at least so long ago, with their files; returns how many."""
        return remove_finished(self._listing, files, log, max_age_hours, self._own)

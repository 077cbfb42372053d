"""Looking at many jobs: lists, counts, and the old ones to clear away."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from service.jobs import batches
from service.jobs.database import Database, deliveries, delivery_attempts, events, idempotency_keys, jobs
from service.jobs.entry import kept
from service.jobs.job import FINAL, Job, Status, Submission, TaskType
from service.jobs.rows import jobs_of

_WHAT_WAS_ASKED = ("content_hash", "task_type", "prompt", "detail", "pages", "model", "engine", "max_cost")
"""What a result depends on."""

_NAMES = 500
"""Values in one statement, well below SQLite's limit."""


@dataclass(frozen=True)
class Filter:
    """Which jobs to look at; times in milliseconds since 1970 UTC, both exclusive."""

    status: Status | None = None
    task_type: TaskType | None = None
    created_after: int | None = None
    created_before: int | None = None
    batch_id: str | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        tests: tuple[tuple[Any, Callable[[Any], sa.ColumnElement[bool]]], ...] = (
            (self.status, jobs.c.status.__eq__),
            (self.task_type, jobs.c.task_type.__eq__),
            (self.created_after, jobs.c.created_at.__gt__),
            (self.created_before, jobs.c.created_at.__lt__),
            (self.batch_id, jobs.c.batch_id.__eq__),
        )
        return [test(value) for value, test in tests if value is not None]


class Listing:
    """Reads over all jobs of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def page(self, wanted: Filter, before: int | None, size: int, *among: sa.ColumnElement[bool]) -> list[Job]:
        """Up to `size` jobs, newest first, older than the job numbered `before`."""
        older = [] if before is None else [jobs.c.seq < before]
        query = sa.select(jobs).where(*wanted.conditions(), *older, *among).order_by(jobs.c.seq.desc()).limit(size)
        with self.database.read() as connection:
            return jobs_of(connection.execute(query).all())

    def named(self, ids: Collection[str], *among: sa.ColumnElement[bool]) -> dict[str, Job]:
        """Those of these jobs that are there, by their ids."""
        with self.database.read() as connection:
            found = jobs_of(connection.execute(sa.select(jobs).where(jobs.c.id.in_(ids), *among)))
        return {job.id: job for job in found}

    def kept(self, client: str | None, key: str) -> tuple[str, dict[str, Any]] | None:
        """The fingerprint and the answer of the request of this client that had this idempotency key, if any."""
        with self.database.read() as connection:
            return kept(connection, client, key)

    def count(self, wanted: Filter, *among: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).select_from(jobs).where(*wanted.conditions(), *among)
        with self.database.read() as connection:
            return connection.execute(query).scalar_one()

    def same(self, submission: Submission, since: int, *among: sa.ColumnElement[bool]) -> Job | None:
        """The last job that read the same file by the same wishes, and has completed since then."""
        same = [jobs.c[name].is_not_distinct_from(getattr(submission, name)) for name in _WHAT_WAS_ASKED]
        read = (jobs.c.status == Status.COMPLETED, jobs.c.completed_at >= since, jobs.c.reused_from.is_(None))
        query = sa.select(jobs).where(*same, *read, *among).order_by(jobs.c.completed_at.desc()).limit(1)
        with self.database.read() as connection:
            found = jobs_of(connection.execute(query))
        return found[0] if found else None

    def counts(self, among: Collection[Status] = tuple(Status)) -> dict[Status, int]:
        """How many jobs are in each state, or in each of some."""
        query = sa.select(jobs.c.status, sa.func.count()).where(jobs.c.status.in_(among)).group_by(jobs.c.status)
        with self.database.read() as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return {status: found.get(status.value, 0) for status in among}

    def oldest_pending(self) -> int | None:
        """When the first of those that wait was submitted."""
        # By its number, which the index of the queue holds: the times of all that wait would be read from their rows.
        first = sa.select(sa.func.min(jobs.c.seq)).where(jobs.c.status == Status.PENDING).scalar_subquery()
        query = sa.select(sa.func.min(jobs.c.created_at)).where(jobs.c.seq == first)
        with self.database.read() as connection:
            return cast("int | None", connection.execute(query).scalar_one())

    def forget_finished(self, before: int, limit: int, *among: sa.ColumnElement[bool]) -> list[str]:
        """Remove up to `limit` jobs that ended by `before`; returns their ids. A callback still owed stays owed."""
        old = (
            sa.select(jobs.c.id)
            .where(jobs.c.status.in_(FINAL), jobs.c.completed_at <= before, *among)
            .order_by(jobs.c.completed_at)
            .limit(limit)
        )
        with self.database.write() as connection:
            ids = list(connection.execute(old).scalars())
            theirs = [deliveries.c.job_id.in_(ids)] if among else []  # else also those of jobs that went before
            gone = sa.delete(deliveries).where(deliveries.c.ended_at <= before, *theirs).returning(deliveries.c.id)
            names = list(connection.execute(gone).scalars())
            for some in (names[start : start + _NAMES] for start in range(0, len(names), _NAMES)):
                connection.execute(sa.delete(delivery_attempts).where(delivery_attempts.c.delivery_id.in_(some)))
            connection.execute(sa.delete(events).where(events.c.job_id.in_(ids)))
            of_batches = sa.select(jobs.c.batch_id).where(jobs.c.id.in_(ids), jobs.c.batch_id.is_not(None)).distinct()
            batch_ids = list(connection.execute(of_batches).scalars())
            connection.execute(sa.delete(jobs).where(jobs.c.id.in_(ids)))
            targets = [*ids, *batches.forget(connection, batch_ids)]
            connection.execute(sa.delete(idempotency_keys).where(idempotency_keys.c.target.in_(targets)))
        return ids

    def unknown(self, ids: Sequence[str]) -> set[str]:
        """Which of these ids belong to no job."""
        query = sa.select(jobs.c.id).where(jobs.c.id.in_(ids))
        with self.database.read() as connection:
            return set(ids) - set(connection.execute(query).scalars())

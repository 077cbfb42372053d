"""Events: every step of every job as a numbered row, so that a client can follow one and go on where it was cut off."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.jobs.database import Database, events, jobs
from service.jobs.job import FINAL, Job, Status, now
from service.jobs.ready import Ready

STATUS, PROGRESS = "status", "progress"

KINDS = (STATUS, PROGRESS, Status.COMPLETED.value, Status.FAILED.value, Status.CANCELLED.value)
"""What an event can be, by the name that clients get."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step: `seq` rises over all jobs; `kind` is one of KINDS; `client` and `task_type` are the job's."""

    seq: int
    job_id: str
    kind: str
    status: str
    progress: int
    attempt: int
    at: int
    pages_done: int | None
    pages_total: int | None
    client: str | None
    task_type: str


@dataclass(frozen=True)
class Scope:
    """Whose jobs, which of them (None: all), of which kind (None: any): a part of all jobs and of their events."""

    client: str | None
    job_ids: frozenset[str] | None = None
    task_type: str | None = None

    def holds(self, event: Event) -> bool:
        """Whether an event is one of these."""
        return (
            event.client == self.client
            and (self.job_ids is None or event.job_id in self.job_ids)
            and (self.task_type is None or event.task_type == self.task_type)
        )

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The same in SQL."""
        found = [jobs.c.client == self.client]  # which is IS NULL for None
        if self.job_ids is not None:
            found.append(jobs.c.id.in_(self.job_ids))
        if self.task_type is not None:
            found.append(jobs.c.task_type == self.task_type)
        return found


_EVENTS = sa.select(
    *(events.c[name] if name in events.c else jobs.c[name] for name in Event.__slots__),
).join_from(events, jobs, jobs.c.id == events.c.job_id)
_RECORD = Ready(sa.insert(events), *(column.name for column in events.c if column.name != "seq"))


def record(connection: sa.Connection, job: Job, kind: str) -> None:
    """Note a step in the transaction that takes it; an ending is noted by its own name."""
    record_all(connection, (job, kind))


def record_all(connection: sa.Connection, *steps: tuple[Job, str]) -> None:
    """The same for several steps that follow each other: jobs as they then are, and the kind of each step."""
    _RECORD.on(connection, *(_values(job, kind) for job, kind in steps))


def _values(job: Job, kind: str) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "kind": job.status.value if job.status.final else kind,
        "status": job.status,
        "progress": job.progress,
        "attempt": job.attempt,
        "at": now(),
        "pages_done": job.pages_done,
        "pages_total": job.pages_total,
    }


class History:
    """The events of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def within(self, scope: Scope, after: int, most: int) -> list[Event]:
        """Up to `most` events of a scope, numbered above `after`, in order."""
        return self._read(after, most, *scope.conditions())

    def since(self, after: int, most: int) -> list[Event]:
        """Up to `most` events numbered above `after`, in order."""
        return self._read(after, most)

    def last(self) -> int:
        """The number of the newest event; 0 before the first."""
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.max(events.c.seq))).scalar_one() or 0

    def unended(self, scope: Scope, after: int = 2**63 - 1) -> set[str]:
        """Which jobs of a scope had not ended by the event numbered `after`."""
        ended = sa.select(events.c.seq).where(
            events.c.job_id == jobs.c.id, events.c.seq <= after, events.c.kind.in_(FINAL)
        )
        query = sa.select(jobs.c.id).where(*scope.conditions(), ~ended.exists())
        with self.database.read() as connection:
            return set(connection.execute(query).scalars())

    def ended_without_result(self, after: int, until: int) -> list[str]:
        """The jobs that failed or were cancelled by an event numbered above `after`, up to `until`."""
        query = sa.select(events.c.job_id).where(
            events.c.seq > after, events.c.seq <= until, events.c.kind.in_((Status.FAILED, Status.CANCELLED))
        )
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def _read(self, after: int, most: int, *where: sa.ColumnElement[bool]) -> list[Event]:
        query = _EVENTS.where(events.c.seq > after, *where).order_by(events.c.seq).limit(most)
        with self.database.read() as connection:
            return [Event(*row) for row in connection.execute(query)]


class ChangeSign:
    """Tells cheaply whether anything was committed to the database since the last time it was asked."""

    def __init__(self, database: Database) -> None:
        # The driver's own connection: SQLAlchemy would open a transaction, and within one nothing ever changes.
        self._connection = database.engine.raw_connection()
        self._lite = database.engine.dialect.name == "sqlite"
        self._seen: Any = None

    def changed(self) -> bool:
        """Elsewhere than on SQLite always True."""
        if not self._lite:
            return True
        cursor = self._connection.cursor()
        cursor.execute("PRAGMA data_version")
        seen, self._seen = self._seen, cursor.fetchone()
        cursor.close()
        return bool(self._seen != seen)

    def forget(self) -> None:
        """Say yes the next time: what was seen could not be looked at."""
        self._seen = None

    def close(self) -> None:
        self._connection.close()

"""Events: every step of every job as a numbered row, so that a client can follow one and go on where it was cut off."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.jobs.database import Database, events
from service.jobs.job import Job, Status, now

STATUS, PROGRESS = "status", "progress"


@dataclass(frozen=True, slots=True)
class Event:
    """One step: `seq` rises over all jobs; `kind` is status, progress, or the name of the final state."""

    seq: int
    job_id: str
    kind: str
    status: str
    progress: int
    attempt: int
    at: int


_COLUMNS = tuple(events.c[name] for name in Event.__slots__)


_RECORD = sa.insert(events)


def record(connection: sa.Connection, job: Job, kind: str) -> None:
    """Note a step in the transaction that takes it; an ending is noted by its own name."""
    values = {"status": job.status, "progress": job.progress, "attempt": job.attempt, "at": now()}
    kind = job.status.value if job.status.final else kind
    connection.execute(_RECORD, {"job_id": job.id, "kind": kind, **values})


class History:
    """The events of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of_job(self, job_id: str, after: int) -> list[Event]:
        """A job's events numbered above `after`, in order."""
        query = sa.select(*_COLUMNS).where(events.c.job_id == job_id, events.c.seq > after).order_by(events.c.seq)
        with self.database.read() as connection:
            return [Event(*row) for row in connection.execute(query)]

    def last(self) -> int:
        """The number of the newest event; 0 before the first."""
        with self.database.read() as connection:
            return connection.execute(sa.select(sa.func.max(events.c.seq))).scalar_one() or 0

    def ended_without_result(self, after: int, until: int) -> list[str]:
        """The jobs that failed or were cancelled by an event numbered above `after`, up to `until`."""
        query = sa.select(events.c.job_id).where(
            events.c.seq > after, events.c.seq <= until, events.c.kind.in_((Status.FAILED, Status.CANCELLED))
        )
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def jobs_since(self, after: int) -> tuple[set[str], int]:
        """Which jobs have events numbered above `after`, and the number of the newest."""
        query = sa.select(events.c.job_id, events.c.seq).where(events.c.seq > after)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return {row.job_id for row in rows}, max((row.seq for row in rows), default=after)


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

    def close(self) -> None:
        self._connection.close()

"""Batches: tasks that were submitted together, and what is told when the last of them has ended."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.jobs import outbox
from service.jobs.batch_view import Batch, callback_body
from service.jobs.database import Database, batches, jobs
from service.jobs.job import FINAL, Job, Status, now
from service.jobs.rows import jobs_of

_FIELDS = tuple(Batch.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """What a client submits together; `callback_url` is called once, when all have ended."""

    id: str
    client: str | None
    callback_url: str | None
    request_id: str | None
    traceparent: str | None


def begin(connection: sa.Connection, batch: NewBatch, size: int) -> None:
    """Store a batch in the transaction that stores its jobs."""
    values = {name: getattr(batch, name) for name in NewBatch.__slots__}
    connection.execute(sa.insert(batches).values(size=size, created_at=now(), **values))


def end(connection: sa.Connection, batch_id: str, public_url: str) -> None:
    """Note the end of a batch, and owe its callback, in the transaction that ends its last job; before it nothing."""
    of_batch = sa.select(jobs.c.status, sa.func.count()).where(jobs.c.batch_id == batch_id).group_by(jobs.c.status)
    counts = {Status(row[0]): row[1] for row in connection.execute(of_batch)}
    if not counts.keys() <= FINAL:
        return
    statement = sa.update(batches).where(batches.c.id == batch_id, batches.c.completed_at.is_(None))
    row = connection.execute(statement.values(completed_at=now()).returning(batches)).one_or_none()
    if row is not None and row.callback_url is not None:
        batch = Batch(*(getattr(row, name) for name in _FIELDS))
        outbox.add_batch(connection, batch, callback_body(batch, counts, public_url))


def forget(connection: sa.Connection, batch_ids: list[str]) -> list[str]:
    """Remove those of these batches that have no job left; returns them."""
    empty = ~sa.exists().where(jobs.c.batch_id == batches.c.id)
    gone = sa.delete(batches).where(batches.c.id.in_(batch_ids), empty).returning(batches.c.id)
    return list(connection.execute(gone).scalars())


class Batches:
    """The batches of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def find(self, batch_id: str, client: str | None) -> tuple[Batch, list[Job]] | None:
        """A client's own batch and those of its jobs that are kept, in the order of their files."""
        wanted = sa.select(*(batches.c[name] for name in _FIELDS)).where(
            batches.c.id == batch_id, batches.c.client.is_not_distinct_from(client)
        )
        with self.database.read() as connection:
            row = connection.execute(wanted).one_or_none()
            if row is None:
                return None
            found = connection.execute(sa.select(jobs).where(jobs.c.batch_id == batch_id).order_by(jobs.c.seq))
            return Batch(*row), jobs_of(found)

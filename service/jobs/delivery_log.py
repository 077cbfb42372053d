"""What became of callbacks: each delivery with its tries, as its client may look at it, and another go on request."""

from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from service.jobs.database import Database, deliveries, delivery_attempts
from service.jobs.job import now
from service.jobs.outbox import PENDING


@dataclass(frozen=True, slots=True)
class Try:
    """One try: when it began, in milliseconds since 1970 UTC, how long it took, and what came of it."""

    delivery_id: str
    attempt: int
    at: int
    duration_ms: int
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery. Times are milliseconds since 1970 UTC."""

    seq: int
    id: str
    job_id: str
    event: str | None
    url: str
    state: str
    created_at: int
    due_at: int
    ended_at: int | None


_ENTRY = tuple(deliveries.c[name] for name in Entry.__slots__)
_TRY = tuple(delivery_attempts.c[name] for name in Try.__slots__)


def of_client(client: str | None) -> sa.ColumnElement[bool]:
    """The deliveries of one client; None is who comes where no keys are set."""
    return deliveries.c.client == client  # which is IS NULL for None


class DeliveryLog:
    """The deliveries of one database, as clients see them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def page(
        self, before: int | None, size: int, *among: sa.ColumnElement[bool]
    ) -> list[tuple[Entry, tuple[Try, ...]]]:
        """Up to `size` deliveries with their tries, newest first, older than the one numbered `before`."""
        older = () if before is None else (deliveries.c.seq < before,)
        query = sa.select(*_ENTRY).where(*older, *among).order_by(deliveries.c.seq.desc()).limit(size)
        with self.database.read() as connection:
            entries = [Entry(*row) for row in connection.execute(query)]
            return self._with_tries(connection, entries)

    def replay(self, delivery_id: str, *among: sa.ColumnElement[bool]) -> tuple[Entry, tuple[Try, ...]] | None:
        """Make a delivery due at once, whatever became of it, with all its tries before it again; None if unknown."""
        again = (
            sa.update(deliveries)
            .where(deliveries.c.id == delivery_id, *among)
            .values(state=PENDING, attempt=0, due_at=now(), ended_at=None)
            .returning(*_ENTRY)
        )
        with self.database.write() as connection:
            row = connection.execute(again).one_or_none()
            return None if row is None else self._with_tries(connection, [Entry(*row)])[0]

    def _with_tries(self, connection: sa.Connection, entries: list[Entry]) -> list[tuple[Entry, tuple[Try, ...]]]:
        ids = [entry.id for entry in entries]
        query = sa.select(*_TRY).where(delivery_attempts.c.delivery_id.in_(ids))
        rows = connection.execute(query.order_by(delivery_attempts.c.delivery_id, delivery_attempts.c.seq))
        tries = {
            name: tuple(found) for name, found in groupby((Try(*row) for row in rows), lambda one: one.delivery_id)
        }
        return [(entry, tries.get(entry.id, ())) for entry in entries]

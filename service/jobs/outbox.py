"""Deliveries: one callback owed for each ended job that asked for one, until it is delivered or given up."""

import re
import secrets
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any, cast

import sqlalchemy as sa

from service.jobs import counters, endpoints
from service.jobs.batch_view import Batch
from service.jobs.database import Database, deliveries, delivery_attempts
from service.jobs.job import Job, now
from service.jobs.view import callback_body

_ORIGIN = re.compile("[^/]*//[^/?#]*|")

PENDING, DELIVERED, FAILED, STOPPED = "pending", "delivered", "failed", "stopped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One owed callback. Times are milliseconds since 1970 UTC; `attempt` counts the tries so far."""

    seq: int
    id: str
    job_id: str
    request_id: str | None
    url: str
    body: str
    attempt: int
    created_at: int
    client: str | None
    traceparent: str | None

    @property
    def origin(self) -> str:
        """Scheme, host and port as they stand in the address: who receives it."""
        return _ORIGIN.match(self.url)[0].lower()  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try that began at `at`, in milliseconds since 1970 UTC, and took `duration_ms`."""

    at: int
    duration_ms: int
    status: int | None
    error: str | None = None


def wants(job: Job) -> bool:
    """Whether the client asked to be told of an ending such as this job's."""
    return job.callback_url is not None and job.status.value in (job.callback_events or job.status.value).split(",")


def add(connection: sa.Connection, job: Job, public_url: str) -> None:
    """Owe the callback of a job that asked for one, in the transaction that ends it.

    The body is written now, so that it stays the same over all tries, even when the job itself is cleaned up.
    """
    _add(connection, job, callback_body(job, public_url), f"task.{job.status.value}")


def add_batch(connection: sa.Connection, batch: Batch, body: str) -> None:
    """The same for a batch, in the transaction that ends its last job; it stands under the batch's id."""
    _add(connection, batch, body, "batch.completed")


def _add(connection: sa.Connection, ended: Job | Batch, body: str, event: str) -> None:
    assert ended.callback_url is not None
    stopped = endpoints.is_stopped(connection, ended.client, ended.callback_url)
    statement = sa.insert(deliveries).values(
        id=f"msg_{secrets.token_hex(16)}",
        job_id=ended.id,
        request_id=ended.request_id,
        url=ended.callback_url,
        body=body,
        state=STOPPED if stopped else PENDING,
        attempt=0,
        created_at=ended.completed_at,
        due_at=ended.completed_at,
        ended_at=ended.completed_at if stopped else None,
        client=ended.client,
        event=event,
        traceparent=ended.traceparent,
    )
    connection.execute(statement)


class Outbox:
    """The deliveries of one database, as the courier sees them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def due(self, limit: int, busy: set[int], full: AbstractSet[str] = frozenset()) -> list[Delivery]:
        """Owed deliveries whose time has come, oldest first, without those under way and those to `full` origins.

        A first try is due whatever the clock says: it may have been set back since the task ended.
        """
        due = (deliveries.c.due_at <= now()) | (deliveries.c.attempt == 0)
        query = (
            sa.select(*(deliveries.c[name] for name in Delivery.__slots__))
            .where(*_waiting(busy, full), due)
            .order_by(deliveries.c.due_at, deliveries.c.seq)
            .limit(limit)
        )
        with self.database.read() as connection:
            return [Delivery(*row) for row in connection.execute(query)]

    def next_due(self, busy: set[int], full: AbstractSet[str] = frozenset()) -> int | None:
        """When the next delivery falls due, if any is owed, without those under way and those to `full` origins."""
        query = sa.select(sa.func.min(deliveries.c.due_at)).where(*_waiting(busy, full))
        with self.database.read() as connection:
            return cast("int | None", connection.execute(query).scalar_one())

    def count_pending(self) -> int:
        """How many are owed."""
        with self.database.read() as connection:
            query = sa.select(sa.func.count()).select_from(deliveries).where(deliveries.c.state == PENDING)
            return int(connection.execute(query).scalar_one())

    def delivered(self, delivery: Delivery, outcome: Outcome) -> None:
        """The receiver took it."""
        with self.database.write() as connection:
            _note(connection, delivery, outcome, counters.DELIVERED, state=DELIVERED, ended_at=now())
            endpoints.took_one(connection, delivery.client, delivery.url)

    def postpone(self, delivery: Delivery, due_at: int, outcome: Outcome) -> None:
        """It did not get through; try again at `due_at`."""
        with self.database.write() as connection:
            _note(connection, delivery, outcome, counters.PUT_OFF, due_at=due_at)

    def give_up(self, delivery: Delivery, outcome: Outcome, *, gone: bool = False) -> bool:
        """It will not be tried again; whether its endpoint is stopped by that, at once where it is `gone`."""
        with self.database.write() as connection:
            _note(connection, delivery, outcome, counters.GIVEN_UP, state=FAILED, ended_at=now())
            return endpoints.gave_up(connection, delivery.client, delivery.url, outcome.error or "", gone=gone)


def _note(connection: sa.Connection, delivery: Delivery, outcome: Outcome, after: str, **values: Any) -> None:
    """Store and count a try, and what the delivery is `after` it."""
    values |= {"attempt": delivery.attempt + 1, "last_status": outcome.status, "last_error": outcome.error}
    where = (deliveries.c.seq == delivery.seq, deliveries.c.state == PENDING)
    connection.execute(sa.update(deliveries).where(*where).values(**values))
    number = sa.select(sa.func.count() + 1).where(delivery_attempts.c.delivery_id == delivery.id).scalar_subquery()
    tried = {"delivery_id": delivery.id, "attempt": number, **asdict(outcome)}
    connection.execute(sa.insert(delivery_attempts).values(**tried))
    counters.add(connection, counters.of_try(after, outcome.duration_ms))


def _waiting(busy: AbstractSet[int], full: AbstractSet[str]) -> Iterator[sa.ColumnElement[bool]]:
    """Owed, not under way, and not to one of these origins."""
    yield deliveries.c.state == PENDING
    yield deliveries.c.seq.not_in(busy)
    for origin in full:
        for end in "/?#":
            yield sa.not_(deliveries.c.url.istartswith(origin + end, autoescape=True))
        yield sa.func.lower(deliveries.c.url) != origin

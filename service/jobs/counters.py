"""Counters: what has happened since the database was made, counted in the transactions in which it happens.

Tasks and deliveries are cleaned away; these rows stay, so no count ever falls. A row is `number` things that sum up to
`total`, of one kind.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.jobs.database import Database, counters
from service.jobs.errors import ModelError, codes
from service.jobs.job import ACCEPTED, Job
from service.jobs.ready import Ready

SUBMITTED, ENDED, WAIT, RUN = "submitted", "ended", "wait", "run"
"""By task type and engine; by state and error code; by task type, engine, [state] and bucket, with milliseconds."""

TOKENS, COST = "tokens", "cost"
"""By kind, `total` tokens; `total` millionths of a USD."""

CALL, TRY = "call", "try"
"""Questions to the model's server and tries of callbacks, by outcome, with milliseconds."""

DELIVERED, PUT_OFF, GIVEN_UP = "delivered", "put_off", "given_up"
"""What a callback is after a try."""

ANSWERED, STOPPED = "answered", "stopped"

OUTCOMES = (ANSWERED, STOPPED, *codes(ModelError))
"""What can come of a question to a model: an answer, of use or not; its run was stopped; an error, by its code."""

BOUNDS = ("0.1", "0.3", "1", "3", "10", "30", "60", "120", "300", "600", "1800", "3600", "+Inf")
"""Upper bounds of the buckets in seconds, as Prometheus writes them."""

_BOUNDS = tuple(map(float, BOUNDS))
_ADD = Ready(
    sa.text(
        "INSERT INTO counters (name, labels, number, total) VALUES (:name, :labels, :number, :total)"
        " ON CONFLICT (name, labels) DO UPDATE SET"
        " number = counters.number + excluded.number, total = counters.total + excluded.total"
    )
)
_READ = sa.select(counters.c.name, counters.c.labels, counters.c.number, counters.c.total)


class Tally(NamedTuple):
    """So many things of a kind, and what they sum up to; labels hold no comma."""

    name: str
    labels: tuple[str, ...]
    number: int = 1
    total: int = 0


def of_submission(job: Job) -> Tally:
    """A task that is stored."""
    return Tally(SUBMITTED, (job.task_type, job.engine))


def of_ending(row: Any) -> Iterator[Tally]:
    """A job that has just ended, by its row; one that was running at its end with how long it waited and ran."""
    yield Tally(ENDED, (row.status, row.error_code or ""))
    kind = (row.task_type, row.engine)
    if row.progress > ACCEPTED and row.started_at is not None:  # what is reused never ran
        yield _timed(WAIT, kind, row.started_at - row.created_at)
        yield _timed(RUN, (*kind, row.status), row.completed_at - row.started_at)
    yield from of_charge(row.prompt_tokens or 0, row.completion_tokens or 0, row.cost or 0)


def of_charge(prompt_tokens: int, completion_tokens: int, cost: int) -> Iterator[Tally]:
    """What a model charged; `cost` in millionths of a USD. Nothing where it charged nothing."""
    yield from (
        tally
        for tally in (
            Tally(TOKENS, ("prompt",), total=prompt_tokens),
            Tally(TOKENS, ("completion",), total=completion_tokens),
            Tally(COST, (), total=cost),
        )
        if tally.total
    )


def of_try(after: str, milliseconds: int) -> Tally:
    """A try of a callback, by what the callback is after it."""
    return Tally(TRY, (after,), total=milliseconds)


def add(connection: sa.Connection, *tallies: Tally) -> None:
    """Count, within the transaction of the caller. 18 us for one, 47 us for six [measured]."""
    if tallies:
        _ADD.on(connection, *(tally._asdict() | {"labels": ",".join(tally.labels)} for tally in tallies))


def read(database: Database) -> dict[str, dict[tuple[str, ...], Tally]]:
    """All counters, by name and labels: as many as there are kinds of things, however many happened."""
    found: defaultdict[str, dict[tuple[str, ...], Tally]] = defaultdict(dict)
    with database.read() as connection:
        for name, written, number, total in connection.execute(_READ):
            labels = tuple(written.split(",")) if written else ()
            found[name][labels] = Tally(name, labels, number, total)
    return found


def _timed(name: str, labels: tuple[str, ...], milliseconds: int) -> Tally:
    took = max(0, milliseconds)  # the clock may have been set back
    return Tally(name, (*labels, BOUNDS[bisect_left(_BOUNDS, took / 1000)]), total=took)

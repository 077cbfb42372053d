"""The way in: every job begins here, with what must be stored with it or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from service.jobs import batches, counters, events, turns
from service.jobs.batches import NewBatch
from service.jobs.database import idempotency_keys, jobs
from service.jobs.ending import Door
from service.jobs.job import ACCEPTED, DONE, Job, Status, Submission, now
from service.jobs.ready import Ready
from service.jobs.rows import SUBMITTED

Place = tuple[Job, int]
"""A stored job with the number of pending jobs ahead of it."""

# What every task goes through, built once: to build a statement costs more than to run it.
_FILLED = ("status", "progress", "attempt", "run", "turn", "created_at")
_ENTER = Ready(sa.insert(jobs).returning(jobs.c.seq), *SUBMITTED, *_FILLED)
_KEEP = sa.insert(idempotency_keys)
_NOTHING_YET: dict[str, Any] = dict.fromkeys(one.name for one in fields(Job))


class KeyTaken(Exception):
    """Another request has stored its answer under this key."""


@dataclass(frozen=True)
class Keyed:
    """A request that its client has given a key.

    `fingerprint` tells requests apart. `answer` makes of what was stored the answer that is kept under the key.
    """

    key: str
    fingerprint: str
    answer: Callable[[Sequence[Place]], dict[str, Any]]


@dataclass(frozen=True)
class Copied:
    """A result that was there before. `publish` gives it its public name; `created_at` is what stands in it."""

    publish: Callable[[], None]
    created_at: int


@dataclass(frozen=True)
class Entry:
    """A submission, with its result where there is one by now."""

    submission: Submission
    result: Copied | None = None


def enter(
    connection: sa.Connection,
    door: Door,
    entries: Sequence[Entry],
    limits: tuple[int, int],
    keyed: Keyed | None,
    batch: NewBatch | None,
) -> list[Place]:
    """Store new jobs; those that have a result end at once. `limits` are how many may wait, and be active.

    Raises QueueFull, TooManyActive, KeyTaken.
    """
    if batch is not None:
        batches.begin(connection, batch, len(entries))
    # All begin before any ends: with the last of its jobs a batch ends.
    places = [_placed(connection, one, limits) for one in entries]
    places = [_settled(connection, door, *pair) for pair in zip(entries, places, strict=True)]
    if keyed is not None:
        first = entries[0].submission
        _keep(connection, keyed, first.client, first.batch_id or first.id, places)
    return places


def kept(connection: sa.Connection, client: str | None, key: str) -> tuple[str, dict[str, Any]] | None:
    """The fingerprint and the answer of the request that had this key, if any."""
    table = idempotency_keys
    query = sa.select(table.c.fingerprint, table.c.answer).where(table.c.client == (client or ""), table.c.key == key)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.fingerprint, row.answer)


def _placed(connection: sa.Connection, entry: Entry, limits: tuple[int, int]) -> Place:
    if entry.result is not None:  # it waits for nobody, so that no limit is there for it
        return _begun(connection, entry.submission, entry.result.created_at, 0), 0
    turn, ahead = turns.give(connection, entry.submission, *limits)
    job = _begun(connection, entry.submission, now(), turn)
    return job, turns.ahead_of(connection, job) if ahead is None else ahead


def _settled(connection: sa.Connection, door: Door, entry: Entry, place: Place) -> Place:
    """End a job that has a result; its place as it then is."""
    if entry.result is None:
        return place
    ended = door.end(connection, jobs.c.id == entry.submission.id, status=Status.COMPLETED, progress=DONE)
    assert ended is not None  # nobody else can see it yet
    entry.result.publish()
    return ended, 0


def _begun(connection: sa.Connection, submission: Submission, created_at: int, turn: int) -> Job:
    values: dict[str, Any] = {name: getattr(submission, name) for name in SUBMITTED}
    values |= zip(_FILLED, (Status.PENDING, ACCEPTED, 0, 0, turn, created_at), strict=True)
    [(seq,)] = _ENTER.on(connection, values).rows
    job = Job(**_NOTHING_YET | values | {"seq": seq})
    events.record(connection, job, events.STATUS)
    counters.add(connection, counters.of_submission(job))
    return job


def _keep(connection: sa.Connection, keyed: Keyed, client: str | None, target: str, places: Sequence[Place]) -> None:
    """Keep the answer for as long as the target is there: the task that it tells of. Raises KeyTaken."""
    values = {"client": client or "", "key": keyed.key, "fingerprint": keyed.fingerprint, "target": target}
    try:
        connection.execute(_KEEP, values | {"answer": keyed.answer(places), "created_at": now()})
    except sa.exc.IntegrityError:
        raise KeyTaken from None

"""Turns: the order in which jobs run, fair between clients of equal priority, and first come, first served for each.

Start-time fair queueing. A job's turn is one more than that of its client's last waiting job, and than the furthest
turn that has begun; so a newcomer waits for at most one job of each other client. Turns are not given anew: who cancels
a job leaves those behind it where they stood. Where no keys are set all are one client, whose jobs share a turn: then
arrival alone decides.
"""

from typing import Any, NamedTuple

import sqlalchemy as sa

from service.jobs.database import jobs, turns
from service.jobs.job import LOWEST, Job, Status, Submission
from service.jobs.ready import Ready

_PRIORITY: sa.BindParameter[int] = sa.bindparam("of_priority")
_TURN: sa.BindParameter[int] = sa.bindparam("of_turn")
_SEQ: sa.BindParameter[int] = sa.bindparam("of_seq")
_QUEUE = jobs.alias("queue")


class QueueFull(Exception):
    """As many tasks are waiting as may wait."""


class TooManyActive(Exception):
    """The client has as many tasks that wait or run as it may; the number is the argument."""


def order(table: sa.FromClause) -> tuple[sa.ColumnElement[Any], ...]:
    """What a queue is ordered by, first to run first; `jobs_queue` is an index of it."""
    return table.c.priority.desc(), table.c.turn, table.c.seq


def claimable(table: sa.FromClause) -> tuple[sa.ColumnElement[bool], ...]:
    """Pending, and not past its deadline at the bound `moment`."""
    in_time = table.c.deadline_at.is_(None) | (table.c.deadline_at > sa.bindparam("moment"))
    return table.c.status == Status.PENDING, in_time


def first(*among: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """The number of the claimable job whose turn it is."""
    queue = sa.select(_QUEUE.c.seq).where(*claimable(_QUEUE), *among)
    return queue.order_by(*order(_QUEUE)).limit(1).scalar_subquery()


def first_without_engine() -> sa.ScalarSelect[int]:
    """The same among the jobs of other engines than the bound `without_engine`."""
    return first(_QUEUE.c.engine != sa.bindparam("without_engine"))


def _count(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    pending = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status == Status.PENDING, *where)
    return pending.scalar_subquery()


def _look(*among: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """How many wait, the furthest turn that has begun at a priority, and the last that waits there."""
    begun = sa.select(turns.c.turn).where(turns.c.priority == _PRIORITY).scalar_subquery()
    last = sa.select(jobs.c.turn).where(jobs.c.status == Status.PENDING, jobs.c.priority == _PRIORITY, *among)
    return sa.select(_count(), begun, last.order_by(jobs.c.turn.desc()).limit(1).scalar_subquery())


# Built once: to build a statement costs more than to run it.
_LOOK_AT_ALL = Ready(_look())
_LOOK_AT_OWN = Ready(_look(jobs.c.client == sa.bindparam("of_client")))
# Counted in the select: a client in the condition would have all its jobs looked at, those that ended too.
_OWN = sa.case((jobs.c.client.is_not_distinct_from(sa.bindparam("of_client")), 1), else_=0)
_ACTIVE_OF = sa.select(sa.func.coalesce(sa.func.sum(_OWN), 0)).where(
    jobs.c.status.in_((Status.PENDING, Status.PROCESSING))
)
# Three ranges of the index in place of one look at every waiting job.
_AHEAD = sa.select(
    _count(jobs.c.priority > _PRIORITY)
    + _count(jobs.c.priority == _PRIORITY, jobs.c.turn < _TURN)
    + _count(jobs.c.priority == _PRIORITY, jobs.c.turn == _TURN, jobs.c.seq < _SEQ)
)
_BEGIN = sa.text(
    "INSERT INTO turns (priority, turn) VALUES (:priority, :turn)"
    " ON CONFLICT (priority) DO UPDATE SET turn = excluded.turn WHERE turns.turn < excluded.turn"
)


class Given(NamedTuple):
    """A job's turn, and how many pending jobs come before it where that was seen at once, else None."""

    turn: int
    ahead: int | None


def give(connection: sa.Connection, submission: Submission, max_queued: int, max_active: int) -> Given:
    """The turn of a job that comes now. Raises QueueFull, and TooManyActive where `max_active` is not 0."""
    of, own = {"of_priority": submission.priority}, submission.client is not None
    look, values = (_LOOK_AT_OWN, of | {"of_client": submission.client}) if own else (_LOOK_AT_ALL, of)
    [(waiting, begun, last)] = look.on(connection, values).rows
    if waiting >= max_queued:
        raise QueueFull
    if max_active and (active := _active_of(connection, submission.client)) >= max_active:
        raise TooManyActive(active)
    last_of_all = not own and submission.priority == LOWEST
    return Given(max(begun or 0, last or 0) + own, waiting if last_of_all or not waiting else None)


def ahead_of(connection: sa.Connection, job: Job) -> int:
    """How many pending jobs come before this one."""
    values = {"of_priority": job.priority, "of_turn": job.turn, "of_seq": job.seq}
    return connection.execute(_AHEAD, values).scalar_one()


def begin(connection: sa.Connection, job: Job) -> None:
    """Note that a job's turn has begun, in the transaction that claims it."""
    if job.turn:  # without keys there are none
        connection.execute(_BEGIN, {"priority": job.priority, "turn": job.turn})


def _active_of(connection: sa.Connection, client: str | None) -> int:
    """How many jobs of a client wait or run."""
    return int(connection.execute(_ACTIVE_OF, {"of_client": client}).scalar_one())

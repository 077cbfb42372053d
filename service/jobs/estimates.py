"""How long a task is likely to take still, told from those that completed lately."""

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

import sqlalchemy as sa

from service.jobs.database import Database, jobs
from service.jobs.job import Job, Status, now
from service.jobs.presence import Attendance

RECENT = 200
"""Tasks that ended last, from which is told how long others take."""

STALE = 2.0
"""Seconds after which they are looked at again, so that a thousand clients that ask cost no more than one."""

Kind = tuple[str, str]
"""Task type and engine."""


@dataclass(frozen=True)
class _Pace:
    """Seconds that runs of a kind and pages of a kind took (medians), a run of any (mean); and who works."""

    of_run: dict[Kind, float]
    of_page: dict[Kind, float]
    of_any: float
    workers: int
    running: int
    read_at: float


class Estimates:
    """Guesses from real figures; none where there are none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._attendance = Attendance(database)
        self._pace: _Pace | None = None

    def seconds_left(self, job: Job, ahead: int | None = None) -> int | None:
        """Until a job completes; `ahead` is how many pending jobs come before a pending one. None when unknown."""
        pace, kind = self._present_pace(), (job.task_type.value, job.engine)
        if job.status is Status.PENDING and ahead is not None:
            left = _until_done(pace, kind, ahead)
        elif job.status is Status.PROCESSING:
            left = _until_read(pace, kind, job)
        else:
            return None
        return None if left is None else max(1, math.ceil(left))

    def _present_pace(self) -> _Pace:
        pace = self._pace
        if pace is None or time.monotonic() - pace.read_at > STALE:
            pace = self._pace = self._read_pace()
        return pace

    def _read_pace(self) -> _Pace:
        ended = sa.select(jobs).where(jobs.c.completed_at.is_not(None)).order_by(jobs.c.completed_at.desc())
        last = ended.limit(RECENT).subquery()
        took = (last.c.completed_at - last.c.started_at).label("took")
        query = sa.select(last.c.task_type, last.c.engine, last.c.pages_done, took)
        busy = sa.select(sa.func.count()).where(jobs.c.status == Status.PROCESSING)
        with self._database.read() as connection:
            rows = connection.execute(query.where(last.c.status == Status.COMPLETED, took >= 0)).all()
            running = connection.execute(busy).scalar_one()
        workers = sum(one.workers for one in self._attendance.present())
        return _pace(rows, workers, running)


def _pace(rows: Sequence[sa.Row[str, str, int | None, int]], workers: int, running: int) -> _Pace:
    of_run: defaultdict[Kind, list[float]] = defaultdict(list)
    of_page: defaultdict[Kind, list[float]] = defaultdict(list)
    for task_type, engine, pages, took in rows:
        of_run[task_type, engine].append(took / 1000)
        if pages:
            of_page[task_type, engine].append(took / 1000 / pages)
    return _Pace(
        of_run={kind: median(found) for kind, found in of_run.items()},
        of_page={kind: median(found) for kind, found in of_page.items()},
        of_any=fmean(row.took / 1000 for row in rows) if rows else 0.0,
        workers=workers,
        running=running,
        read_at=time.monotonic(),
    )


def _until_done(pace: _Pace, kind: Kind, ahead: int) -> float | None:
    """The runs that must end before this one's turn, shared among all workers, and its own."""
    if not pace.workers or kind not in pace.of_run:
        return None
    before = max(0, ahead + 1 + pace.running - pace.workers)
    return before * pace.of_any / pace.workers + pace.of_run[kind]


def _until_read(pace: _Pace, kind: Kind, job: Job) -> float | None:
    """By the pages that this run has read, else by what others took; None once it takes longer than they did.

    Once all are read there is no telling by pages: an engine may ask its question when it has seen them all.
    """
    assert job.started_at is not None
    so_far = max(0, now() - job.started_at) / 1000
    if job.pages_done and job.pages_total and job.pages_done < job.pages_total:
        return so_far / job.pages_done * (job.pages_total - job.pages_done)
    usual = pace.of_page[kind] * job.pages_total if job.pages_total and kind in pace.of_page else pace.of_run.get(kind)
    return usual - so_far if usual is not None and usual > so_far else None

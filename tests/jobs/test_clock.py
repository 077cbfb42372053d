"""A clock that was set back: what was written before stands in the future."""

import sqlalchemy as sa

from service.jobs.database import Database, deliveries, supervisors
from service.jobs.job import now
from service.jobs.outbox import Outbox
from service.jobs.presence import Attendance
from service.jobs.store import Store
from tests.jobs.submissions import MANY, submission

HOUR = 3_600_000


def test_a_callback_owed_before_is_sent_now(database: Database, store: Store) -> None:
    job, _ = store.submit(submission(callback_url="https://client.example/"), MANY)
    store.cancel(job.id)
    with database.write() as connection:
        connection.execute(sa.update(deliveries).values(due_at=now() + HOUR, created_at=now() + HOUR))
    assert [one.job_id for one in Outbox(database).due(10, set())] == [job.id]


def test_a_supervisor_that_died_before_is_not_seen_for_an_hour(database: Database) -> None:
    attendance = Attendance(database)
    attendance.arrive("one", "host", 1, 2, {})
    assert len(attendance.present()) == 1
    with database.write() as connection:
        connection.execute(sa.update(supervisors).values(heartbeat_at=now() + HOUR))
    assert attendance.present() == []
    attendance.beat("one", {})
    assert len(attendance.present()) == 1

"""Who counts as there: by the heartbeat, and where the process can be seen by whether it lives."""

import subprocess
import sys

import sqlalchemy as sa

from service.jobs.database import Database, supervisors
from service.jobs.presence import FRESH, Attendance, this_host


def dead() -> int:
    """The pid of a process that has just died."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def test_a_dead_process_of_this_host_is_gone_at_once(database: Database) -> None:
    attendance = Attendance(database)
    attendance.arrive("one", this_host(), dead(), 2, {})
    assert attendance.present() == []


def test_the_pid_says_nothing_where_pids_are_counted_apart(database: Database) -> None:
    attendance = Attendance(database)
    another_container = this_host().partition(" ")[0] + " pid:[1]"
    attendance.arrive("one", another_container, dead(), 2, {})
    assert [one.id for one in attendance.present()] == ["one"]


def test_who_arrives_strikes_out_those_that_are_not_seen_any_more(database: Database) -> None:
    attendance = Attendance(database)
    for number in (1, 2):
        attendance.arrive(f"old {number}", f"host {number}", 1, 2, {})
    with database.write() as connection:
        old = supervisors.c.id == "old 1"
        late = supervisors.c.heartbeat_at - FRESH * 1000 - 1
        connection.execute(sa.update(supervisors).where(old).values(heartbeat_at=late))
    attendance.arrive("new", "host 3", 1, 2, {})
    assert [one.id for one in attendance.present()] == ["old 2", "new"]
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(supervisors)).scalar() == 2

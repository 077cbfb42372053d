"""Supervisors: who runs jobs, and when each was last seen."""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.jobs import counters
from service.jobs.counters import Tally
from service.jobs.database import Database, supervisors
from service.jobs.job import now
from service.jobs.ready import Ready

BEAT = 4.0
"""Seconds between two heartbeats."""

FRESH = 10.0
"""Seconds after which a supervisor that was not seen counts as gone."""


_BEAT = Ready(sa.update(supervisors).where(supervisors.c.id == sa.bindparam("of_id")), "heartbeat_at", "facts")


def this_host() -> str:
    """The name of this machine, and the space its process numbers count in: containers may share the one and not the
    other."""
    return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"


@dataclass(frozen=True)
class Presence:
    """One supervisor as it last told of itself; `facts` are what its engines can do and how the model's server is."""

    id: str
    workers: int
    facts: dict[str, Any]
    age_seconds: float


class Attendance:
    """The book of supervisors in one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def arrive(self, supervisor: str, host: str, pid: int, workers: int, facts: dict[str, Any]) -> None:
        """Enter a supervisor, and strike out those of its host that came before, and those not seen any more."""
        values = {"id": supervisor, "host": host, "pid": pid, "workers": workers, "facts": facts}
        with self.database.write() as connection:
            before = (supervisors.c.host == host) | (supervisors.c.heartbeat_at < now() - FRESH * 1000)
            connection.execute(sa.delete(supervisors).where(before))
            connection.execute(sa.insert(supervisors).values(**values, started_at=now(), heartbeat_at=now()))

    def beat(self, supervisor: str, facts: dict[str, Any], counted: Iterable[Tally] = ()) -> None:
        """Tell that a supervisor lives, its facts as they are now, and what its workers counted since the last beat."""
        with self.database.write() as connection:
            _BEAT.on(connection, {"of_id": supervisor, "heartbeat_at": now(), "facts": facts})
            counters.add(connection, *counted)

    def leave(self, supervisor: str, counted: Iterable[Tally] = ()) -> None:
        """Strike out a supervisor that stops, and note what its workers counted last."""
        with self.database.write() as connection:
            connection.execute(sa.delete(supervisors).where(supervisors.c.id == supervisor))
            counters.add(connection, *counted)

    def present(self) -> list[Presence]:
        """The supervisors seen within FRESH seconds, without those of this host whose process is gone."""
        with self.database.read() as connection:
            rows = connection.execute(sa.select(supervisors)).all()
        everyone = [
            Presence(row.id, row.workers, row.facts, (now() - row.heartbeat_at) / 1000)
            for row in rows
            if not _gone(row.host, row.pid)
        ]
        return [one for one in everyone if abs(one.age_seconds) < FRESH]  # seen in the future: the clock was set back


def _gone(host: str, pid: int) -> bool:
    """Whether this kernel knows that the process is dead; of other hosts only the heartbeat tells."""
    if host != this_host():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False  # another user's, and alive
    return False

"""The queue: Huey on SQLite with a doorbell.

Its messages only say "there is a job more to run": whoever takes one runs the job whose turn it is. The job row is the
truth.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huey.api import Huey
from huey.storage import SqliteStorage

from service.jobs.bell import Bell

WAIT = 2.0
"""Seconds a worker waits for the doorbell before it looks by itself."""


BUSY = 0.5
"""Seconds a process waits for another one's lock on the queue file."""

OPENING = 10.0
"""The same at its start, when the others lay out the same new file on the same busy machine."""


class DoorbellStorage(SqliteStorage):  # type: ignore[misc]
    """Huey's SQLite queue whose `dequeue` waits at a bell instead of polling with back-off.

    The file may be deleted or damaged at any time: it is then made anew, and what was in it is rung for again.
    """

    blocking = True
    _conn: sqlite3.Connection | None
    _inode: int | None
    _timeout: float

    def __init__(self, name: str = "huey", *, bell: Bell, **options: Any) -> None:
        self.bell = bell
        self._at_once = True  # a worker that died may have heard a ring and taken no message
        super().__init__(name, **options)

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        super().enqueue(data, priority)
        self.bell.ring()

    def dequeue(self) -> bytes | None:
        rung = self.bell.wait(0 if self._at_once else WAIT)
        try:
            found: bytes | None = super().dequeue()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            self._at_once = True  # another process holds the file: the next look tells
            return None
        self._at_once = found is not None and not rung  # one that was not rung for: there may be more
        return found

    @contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[sqlite3.Cursor]:
        try:
            with super().db(commit, close) as cursor:
                yield cursor
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                self._throw_away()
            raise

    @property
    def conn(self) -> sqlite3.Connection:
        if self._conn is not None and self._inode != _inode(self.filename):
            self._conn.close()  # somebody deleted the file: what is written to it reaches nobody
            self._conn = None
        found: sqlite3.Connection = super().conn
        return found

    def initialize_schema(self) -> None:
        """Lay out the file, when the storage is made."""
        patience, self._timeout = self._timeout, OPENING
        try:
            super().initialize_schema()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # damaged, and thrown away by now
            super().initialize_schema()
        finally:
            self._timeout = patience

    def _create_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._create_connection()
        connection.execute("PRAGMA synchronous=NORMAL")  # rebuilt from the job rows when lost
        for statement in self.ddl:
            connection.execute(statement)
        self._inode = _inode(self.filename)
        return connection

    def _throw_away(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.filename}{ending}").unlink(missing_ok=True)


def _inode(path: str) -> int | None:
    try:
        return Path(path).stat().st_ino
    except FileNotFoundError:
        return None


class Queue:
    """The one Huey instance of a process and the one task on it.

    `runner` is what a worker does with a job id; the web process has none. Nobody waits long for the file, for a ring
    that is missed is made good by maintenance, which counts the messages.
    """

    def __init__(self, data_dir: Path, runner: Callable[[str], None] | None = None) -> None:
        self.runner = runner
        self.bell = Bell(data_dir / "queue.bell")
        self.huey = Huey(
            "jobs",
            storage_class=DoorbellStorage,
            results=False,
            filename=str(data_dir / "queue.db"),
            bell=self.bell,
            timeout=BUSY,
            cache_mb=2,
            strict_fifo=True,
        )
        # Huey finds a task by its module and name: `service.jobs.queue.run_job`, on both sides, for ever.
        self._task = self.huey.task(name="run_job")(self.run_job)

    def run_job(self, job_id: str) -> None:
        if self.runner is None:
            raise RuntimeError("this process only rings; a worker runs")
        self.runner(job_id)

    def ring_for(self, job_id: str) -> bool:
        """Put a message for one more pending job in the queue and ring.

        False when the queue file could not be written: the job waits until maintenance finds a message missing.
        """
        try:
            self.huey.enqueue(self._task.s(job_id, id=job_id))
        except sqlite3.Error:
            return False
        return True

    def messages(self) -> int:
        """How many messages wait."""
        return len(self.huey)

    def close(self) -> None:
        """Let go of the connection, as a process must before it forks."""
        self.huey.storage.close()

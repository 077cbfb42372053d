"""The database: its tables, its connections and its transactions."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from service.jobs.ready import errors_told

metadata = sa.MetaData()

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("task_type", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("progress", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("media_type", sa.String(128), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("prompt", sa.Text),
    sa.Column("detail", sa.String(16)),
    sa.Column("model", sa.String(256), nullable=False),
    sa.Column("engine", sa.String(16), nullable=False),
    sa.Column("callback_url", sa.Text),
    sa.Column("metadata", sa.JSON(none_as_null=True)),
    sa.Column("request_id", sa.String(128)),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("started_at", sa.BigInteger),
    sa.Column("completed_at", sa.BigInteger),
    sa.Column("error_code", sa.String(64)),
    sa.Column("error_values", sa.JSON(none_as_null=True)),
    sa.Column("client", sa.String(64)),
    sa.Column("batch_id", sa.String(36)),
    sa.Column("content_hash", sa.String(64)),
    sa.Column("pages", sa.Text),
    sa.Column("deadline_at", sa.BigInteger),
    sa.Column("max_cost", sa.BigInteger),
    sa.Column("reused_from", sa.String(36)),
    sa.Column("retry_of", sa.String(36)),
    sa.Column("callback_events", sa.String(64)),
    sa.Column("traceparent", sa.String(64)),
    sa.Column("turn", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("pages_done", sa.Integer),
    sa.Column("pages_total", sa.Integer),
    sa.Column("prompt_tokens", sa.BigInteger),
    sa.Column("completion_tokens", sa.BigInteger),
    sa.Column("cost", sa.BigInteger),
    sa.Index("jobs_client", "client", "seq"),
    sa.Index("jobs_queue", "status", sa.desc("priority"), "turn", "seq", "client", "engine"),
    sa.Index("jobs_batch", "batch_id"),
    sa.Index("jobs_content", "content_hash"),
    sa.Index("jobs_finished", "completed_at"),
    sa.Index("jobs_deadline", "status", "deadline_at", sqlite_where=sa.text("deadline_at IS NOT NULL")),
    sqlite_autoincrement=True,
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("priority", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("turn", sa.BigInteger, nullable=False),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("labels", sa.String(255), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("job_id", sa.String(36), nullable=False),
    sa.Column("request_id", sa.String(128)),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("last_status", sa.Integer),
    sa.Column("last_error", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("client", sa.String(64)),
    sa.Column("event", sa.String(32)),
    sa.Column("traceparent", sa.String(64)),
    sa.Index("deliveries_due", "state", "due_at"),
    sa.Index("deliveries_job", "job_id"),
    sqlite_autoincrement=True,
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("job_id", sa.String(36), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("progress", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("pages_done", sa.Integer),
    sa.Column("pages_total", sa.Integer),
    sa.Index("events_job", "job_id", "seq"),
    sqlite_autoincrement=True,
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("client", sa.String(64)),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("callback_url", sa.Text),
    sa.Column("request_id", sa.String(128)),
    sa.Column("traceparent", sa.String(64)),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("completed_at", sa.BigInteger),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("client", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("target", sa.String(36), nullable=False),
    sa.Column("answer", sa.JSON, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("idempotency_keys_target", "target"),
)

delivery_attempts = sa.Table(
    "delivery_attempts",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("delivery_id", sa.String(40), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("error", sa.Text),
    sa.Index("delivery_attempts_delivery", "delivery_id"),
    sqlite_autoincrement=True,
)

endpoints = sa.Table(
    "endpoints",
    metadata,
    sa.Column("client", sa.String(64), primary_key=True),
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)

supervisors = sa.Table(
    "supervisors",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("workers", sa.Integer, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("heartbeat_at", sa.BigInteger, nullable=False),
)


class Database:
    """Connections to one database.

    `busy_seconds` is how long a writer waits for its turn among the threads of this process, and then for the lock of
    another process, before sqlalchemy.exc.OperationalError.
    """

    def __init__(self, url: str, *, busy_seconds: float = 30) -> None:
        self._lite = lite = url.startswith("sqlite")
        self.engine = sa.create_engine(
            url,
            connect_args={"timeout": busy_seconds, "check_same_thread": False} if lite else {},
            hide_parameters=True,  # an error's text, which is logged, would hold prompts and callback addresses
        )
        self._writing = threading.Lock()
        self._busy_seconds = busy_seconds
        if lite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent snapshot."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction, durable when the block ends; rolled back when it raises."""
        # Threads of one process take turns here: SQLite's own wait for its lock sleeps in steps of up to 100 ms.
        # A writer takes the lock at once: a read that turns into a write can fail with no wait at all.
        with self._turn(), self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection, connection.begin():
            if self._lite:
                with errors_told(begin):
                    connection.connection.cursor().execute(begin)
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._writing.acquire(timeout=self._busy_seconds):
            # As SQLite would say it: while another process holds the lock, threads must not queue up for ever.
            raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        try:
            yield
        finally:
            self._writing.release()

    def close(self) -> None:
        """Let go of every connection, as a process must before it forks; the next transaction opens another."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-4000"):
        connection.execute(f"PRAGMA {pragma}")

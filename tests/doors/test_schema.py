"""The column that tells whose a task is: how it came to databases that had none, and how lists go by it."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from service.jobs.client import Client
from service.jobs.database import Database
from service.jobs.listing import Filter, Listing
from service.jobs.store import Store
from tests.installation import ROOT, Installation

OLD = {
    "task_type": "image_analysis",
    "status": "failed",
    "priority": 0,
    "progress": 0,
    "attempt": 0,
    "run": 0,
    "filename": "a.png",
    "media_type": "image/png",
    "size": 1,
    "model": "m",
    "engine": "openai",
    "created_at": 1,
}
INSERT = f"INSERT INTO jobs (id, {', '.join(OLD)}) VALUES (?, {', '.join('?' * len(OLD))})"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation whose database was made by the first migration and had tasks in it, of which one is left."""
    service = Installation(tmp_path_factory.mktemp("upgraded"))
    _alembic(service, "upgrade", "0001")
    with closing(_open(service)) as database, database:
        database.executemany(INSERT, [(name, *OLD.values()) for name in ("old-1", "old-2")])
        database.execute("DELETE FROM jobs WHERE id = 'old-2'")
    service.migrate()
    return service


@pytest.fixture
def jobs(upgraded: Installation) -> Iterator[Database]:
    database = Database(f"sqlite:///{upgraded.data / 'jobs.db'}")
    yield database
    database.close()


def test_tasks_from_before_keep_everything(upgraded: Installation) -> None:
    with closing(_open(upgraded)) as database, database:
        found = database.execute(f"SELECT seq, id, client, {', '.join(OLD)} FROM jobs").fetchall()
        assert found == [(1, "old-1", None, *OLD.values())]
        database.execute(INSERT, ("new", *OLD.values()))
        assert database.execute("SELECT seq FROM jobs WHERE id = 'new'").fetchone() == (3,), "no number comes twice"
        database.execute("DELETE FROM jobs WHERE id = 'new'")


@pytest.mark.parametrize(("name", "seen"), [("bob", False), ("", False), ("None", False), (None, True)])
def test_they_are_hidden_from_keys_and_seen_again_without(jobs: Database, name: str | None, seen: bool) -> None:
    client = Client(name, Store(jobs), Listing(jobs))
    assert (client.find("old-1") is not None) == seen
    assert [job.id for job in client.page(Filter(), None, 10)] == ["old-1"] * seen
    assert client.count(Filter()) == seen


@pytest.mark.parametrize("client", ["= 'bob'", "IS NULL"])
@pytest.mark.parametrize("older", ["", "AND seq < 100"])
def test_a_list_walks_the_index_and_sorts_nothing(upgraded: Installation, client: str, older: str) -> None:
    query = f"EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE client {client} {older} ORDER BY seq DESC LIMIT 10"
    with closing(_open(upgraded)) as database:
        [step] = [row[3] for row in database.execute(query)]
    assert step.startswith("SEARCH jobs USING INDEX jobs_client (client=?")


def test_the_way_back(upgraded: Installation, tmp_path: Path) -> None:
    service = Installation(tmp_path)
    shutil.copytree(upgraded.data, service.data)
    _alembic(service, "downgrade", "0001")
    with closing(_open(service)) as database:
        assert database.execute("SELECT seq, id FROM jobs").fetchall() == [(1, "old-1")]
        assert "client" not in {row[1] for row in database.execute("PRAGMA table_info(jobs)")}


def _open(service: Installation) -> sqlite3.Connection:
    return sqlite3.connect(service.data / "jobs.db")


def _alembic(service: Installation, *words: str) -> None:
    command = [sys.executable, "-m", "alembic", "-c", str(ROOT / "alembic.ini"), *words]
    subprocess.run(command, cwd=service.folder, env=service.environment, check=True, capture_output=True, timeout=60)

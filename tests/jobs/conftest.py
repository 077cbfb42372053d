"""A real database in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.jobs.database import Database, metadata
from service.jobs.store import Store


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database, "https://service.example")

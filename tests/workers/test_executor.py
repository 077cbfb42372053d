"""The last thing a worker does with a job: be out of its slot before it clears up and tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict

from service.jobs.bell import Bell
from service.jobs.database import Database, metadata
from service.jobs.files import Files
from service.jobs.store import Store
from service.logs import Logger
from service.settings import Settings
from tests.jobs.submissions import submission
from workers.breaker import Breaker
from workers.cage.nursery import Nursery
from workers.executor import Executor
from workers.slots import make_slot


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    metadata.create_all(database.engine)
    yield Store(database, "https://service.example")
    database.close()


def test_the_slot_is_free_when_the_ending_is_told(store: Store, nursery: Nursery, tmp_path: Path) -> None:
    """A supervisor that sees the row over and the slot taken kills the worker for a run it has just ended."""
    slot, told = make_slot(), []
    job, _ = store.submit(submission(), max_queued=1)

    def note(_: Any, __: str, line: EventDict) -> str:
        told.append((line["event"], slot.current != 0))
        return ""

    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[note])
    _executor(store, nursery, tmp_path, log).execute(job.id, "owner", slot)
    assert ("started", True) in told
    assert told[-1] == ("failed", False)  # its upload is missing


def test_a_run_without_a_result_leaves_no_draft(store: Store, nursery: Nursery, tmp_path: Path) -> None:
    job, _ = store.submit(submission(), max_queued=1)
    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[lambda _, __, line: ""])
    executor = _executor(store, nursery, tmp_path, log)
    draft, others = (tmp_path / "results" / "drafts" / f"{job.id}.{run}" for run in (1, 2))
    for path in (draft, others):
        path.write_text("{}")
    executor.execute(job.id, "owner", make_slot())
    assert not draft.exists() and others.exists()


def _executor(store: Store, nursery: Nursery, folder: Path, log: Logger) -> Executor:
    settings = Settings(_env_file=None, data_dir=folder, results_dir=folder / "results")
    files = Files(settings.data_dir, settings.results_dir)
    files.prepare()
    bell = Bell(folder / "courier.bell")
    return Executor(settings, store, files, {}, nursery, bell, Breaker(log), lambda: None, log)

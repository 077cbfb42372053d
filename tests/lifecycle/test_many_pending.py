"""As many tasks waiting as may wait."""

import json
import time
import uuid

import psutil
import requests

from service.jobs.database import Database
from service.jobs.job import Submission, TaskType
from service.jobs.store import Store
from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.pictures import picture

MANY = 10_000


def test_ten_thousand_tasks_wait_and_are_drained(make_installation: MakeInstallation) -> None:
    service = make_installation(MAX_WORKERS=2, MAX_QUEUED=MANY + 100)
    service.migrate()
    _insert(service)
    begun = time.monotonic()
    service.start()
    try:
        started = time.monotonic() - begun
        web = service.process("web")
        before = web.memory_info().rss
        slowest = max(_seconds_to_submit(service) for _ in range(20))
        listed, peak = _list_all(service, web)
        assert listed >= MANY
        grown = (peak - before) / 1e6
        begun = time.monotonic()
        service.wait_for(lambda: _waiting(service) == 0, 60)
        drained = time.monotonic() - begun
        print(
            f"start {started:.1f} s, submission {slowest * 1000:.0f} ms at most, list +{grown:.1f} MB, {drained:.0f} s"
        )
        counts = service.get("/health").json()["tasks"]
        assert (counts["failed"], counts["completed"], counts["pending"]) == (MANY, 20, 0), counts
        assert started < 20 and slowest < 1 and grown < 20
    finally:
        service.stop()


def _insert(service: Installation) -> None:
    """Tasks without an upload: they end as soon as they are begun, so that the queue is what is measured."""
    database = Database(f"sqlite:///{service.data / 'jobs.db'}")
    store = Store(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
    for number in range(MANY):
        store.submit(_submission(number), MANY)
    database.close()


def _submission(number: int) -> Submission:
    return Submission(
        id=str(uuid.uuid4()),
        task_type=TaskType.IMAGE_ANALYSIS,
        filename=f"{number}.png",
        media_type="image/png",
        size=10,
        model="m",
        engine="openai",
        prompt="INSTANT",
    )


def _seconds_to_submit(service: Installation) -> float:
    begun = time.monotonic()
    service.submitted(picture(), prompt="INSTANT", priority=9)
    return time.monotonic() - begun


def _list_all(service: Installation, web: psutil.Process) -> tuple[int, int]:
    """The number of tasks in the list of all, and the most memory the web process had meanwhile."""
    peak, received = 0, []
    with requests.get(f"{service.url}/background/all-tasks", stream=True, timeout=60) as response:
        for piece in response.iter_content(65536):
            received.append(piece)
            peak = max(peak, web.memory_info().rss)
    return len(json.loads(b"".join(received))["tasks"]), peak


def _waiting(service: Installation) -> int:
    counts = service.get("/health").json()["tasks"]
    return int(counts["pending"] + counts["processing"])

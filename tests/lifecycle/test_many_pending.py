"""As many tasks waiting as may wait."""

import json
import os
import time
import uuid
from dataclasses import asdict
from statistics import median

import psutil
import requests
import sqlalchemy as sa

from service.jobs.database import Database, jobs
from service.jobs.job import Submission, TaskType
from service.jobs.store import Store
from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.pictures import picture

MANY = 10_000
DRAINED = int(os.environ.get("FULL_HOUSE_DRAINED") or 500)
"""How many must have ended; all of them take half a minute."""


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
        slow = median(_seconds_to_submit(service) for _ in range(20))
        scraped = median(service.get("/metrics").elapsed.total_seconds() for _ in range(20))
        listed, peak = _list_all(service, web)
        assert listed >= MANY
        grown = (peak - before) / 1e6
        begun = time.monotonic()
        service.wait_for(lambda: _ended(service) >= DRAINED, 90)
        drained = time.monotonic() - begun
        print(
            f"up in {started:.1f} s, submitted in {slow:.3f} s, scraped in {scraped:.3f} s, "
            f"list +{grown:.1f} MB, {DRAINED} in {drained:.0f} s"
        )
        service.wait_for(lambda: service.get("/health").json()["tasks"]["completed"] == 20)
        counts = service.get("/health").json()["tasks"]
        assert counts["completed"] == 20 and sum(counts.values()) == MANY + 20, counts
        assert started < 60 and slow < 3 and scraped < 1 and grown < 20
    finally:
        service.stop()


def _insert(service: Installation) -> None:
    """Tasks without an upload: they end as soon as they are begun, so that the queue is what is measured.

    The store takes the first; the others are its copies, for ten thousand commits would be most of the test.
    """
    database = Database(f"sqlite:///{service.data / 'jobs.db'}")
    first, _ = Store(database).submit(_submission(), MANY)
    copies = [asdict(first) | {"id": str(uuid.uuid4()), "seq": first.seq + number} for number in range(1, MANY)]
    with database.write() as connection:
        connection.execute(sa.insert(jobs), copies)
    database.close()


def _submission() -> Submission:
    return Submission(
        id=str(uuid.uuid4()),
        task_type=TaskType.IMAGE_ANALYSIS,
        filename="a.png",
        media_type="image/png",
        size=10,
        model="m",
        engine="openai",
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


def _ended(service: Installation) -> int:
    time.sleep(0.2)  # the counts are dear with so many tasks, and asking is not what is measured
    counts = service.get("/health").json()["tasks"]
    return int(counts["failed"] + counts["completed"])

"""A clock set back by an hour while everything runs: nothing waits for that hour to pass again."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.peers.process import Peer
from tests.pictures import picture

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@pytest.mark.skipif(not LIBRARIES, reason="the library faketime is not installed")
def test_the_clock_is_set_back_an_hour(make_installation: MakeInstallation, receiver: Peer) -> None:
    service = make_installation(MAX_WORKERS=1, JOB_TIMEOUT=3)
    clock = service.folder / "clock"
    clock.write_text("+0\n")
    service.environment |= {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with service.running():
        hanging = service.submitted(picture(), prompt="HANG", callback_url=f"{receiver.url}/ok")
        service.wait_until(hanging, "processing")
        unrung = service.submitted(picture(), prompt="INSTANT", callback_url=f"{receiver.url}/ok")
        _lose_messages(service)
        _set(clock, "-3600\n")
        later = service.submitted(picture(), prompt="INSTANT", callback_url=f"{receiver.url}/ok")
        created = [service.status(task)["created_at"] for task in (hanging, unrung, later)]
        assert created[2] < created[0] <= created[1], "the clock was set back"
        ended = [service.ended(task, timeout=15) for task in (hanging, unrung, later)]
        assert [one["status"] for one in ended] == ["failed", "completed", "completed"]
        assert ended[0]["error"]["code"] == "deadline_exceeded"
        assert all(one["duration_ms"] >= 0 for one in ended)
        receiver.wait_seen(lambda seen: len(seen) == 3, timeout=10)
        assert service.get("/readyz").status_code == 200
        assert service.get("/health").json()["oldest_pending_seconds"] is None


def _lose_messages(service: Installation) -> None:
    with closing(sqlite3.connect(service.data / "queue.db", timeout=10)) as connection, connection:
        connection.execute("DELETE FROM task")


def _set(clock: Path, words: str) -> None:
    """At once: a process must not read half a file."""
    fresh = clock.with_suffix(".new")
    fresh.write_text(words)
    os.replace(fresh, clock)

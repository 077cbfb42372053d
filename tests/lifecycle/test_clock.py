"""A clock set back by an hour while everything runs: nothing waits for that hour to pass again."""

import sqlite3
from contextlib import closing

from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.lifecycle.house.shifted import Clock
from tests.peers.process import Peer
from tests.pictures import picture


def test_the_clock_is_set_back_an_hour(make_installation: MakeInstallation, receiver: Peer) -> None:
    service = make_installation(MAX_WORKERS=1, JOB_TIMEOUT=3)
    clock = Clock(service)
    with service.running():
        hanging = service.submitted(picture(), prompt="HANG", callback_url=f"{receiver.url}/ok")
        service.wait_until(hanging, "processing")
        unrung = service.submitted(picture(), prompt="INSTANT", callback_url=f"{receiver.url}/ok")
        _lose_messages(service)
        clock.shift(-3600)
        later = service.submitted(picture(), prompt="INSTANT", callback_url=f"{receiver.url}/ok")
        created = [service.status(task)["created_at"] for task in (hanging, unrung, later)]
        assert created[2] < created[0] <= created[1], "the clock was set back"
        ended = [service.ended(task, timeout=15) for task in (hanging, unrung, later)]
        assert [one["status"] for one in ended] == ["failed", "completed", "completed"]
        assert ended[0]["error"]["code"] == "deadline_exceeded"
        assert all(one["duration_ms"] >= 0 for one in ended)
        receiver.wait_seen(lambda seen: len(seen) == 3, timeout=10)
        service.wait_for(lambda: service.get("/readyz").status_code == 200)  # by the next heartbeat
        assert service.get("/health").json()["oldest_pending_seconds"] is None


def _lose_messages(service: Installation) -> None:
    with closing(sqlite3.connect(service.data / "queue.db", timeout=10)) as connection, connection:
        connection.execute("DELETE FROM task")

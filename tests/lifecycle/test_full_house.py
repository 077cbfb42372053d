"""A full house: a locked database, and as many tasks as may wait. Slow, but nothing lost, and no restart needed."""

import os
import time

import pytest
import requests

from tests.installation import Installation
from tests.lending import Lend
from tests.lifecycle.house.crowd import Crowd
from tests.lifecycle.house.lock import held
from tests.peers.process import Peer
from tests.pictures import picture

LOCKED = float(os.environ.get("FULL_HOUSE_LOCK_SECONDS") or 8)
"""Seconds the database is locked."""

UNHURRIED = 10.0
"""Seconds within which everything must be answered: the service waits 5 s for a lock, then its turn."""


@pytest.mark.parametrize("name", ["jobs.db", "queue.db"])
def test_a_database_locked_by_another(lend: Lend, openai_peer: Peer, name: str) -> None:
    with lend(MAX_WORKERS=2) as service:
        known = service.uploads()
        before = service.lasting()
        under_way = [service.submitted(picture(), prompt="SLOW 1") for _ in range(4)]
        service.wait_until(under_way[0], "processing", "completed")
        submitting = Crowd(6, lambda http: _submit(service, http))
        polling = Crowd(2, lambda http: http.get(f"{service.url}/background/task-status/{under_way[0]}", timeout=60))
        with polling, submitting, held(service.data / name):
            _last(LOCKED, service)
        print(name, submitting.codes, f"{submitting.worst:.2f} s", polling.codes, f"{polling.worst:.2f} s")
        assert set(submitting.codes) <= {202, 503} and set(polling.codes) == {200}
        assert submitting.worst < UNHURRIED
        assert polling.worst < 4, "who only reads must not wait for those who cannot write"
        for answer in submitting.answers:
            if answer.status_code == 503:
                assert answer.json()["code"] == "database_busy" and int(answer.headers["Retry-After"]) > 0
        accepted = [answer.json()["task_id"] for answer in submitting.answers if answer.status_code == 202]
        for task in under_way + accepted:
            assert service.ended(task)["status"] == "completed"
        assert service.ended(service.submitted(picture(), prompt="INSTANT"))["status"] == "completed"
        assert service.lasting() == before, "a process had to be replaced"
        assert len(service.uploads() - known) == len(under_way) + len(accepted) + 1


def _submit(service: Installation, http: requests.Session) -> requests.Response:
    data, files = {"prompt": "INSTANT"}, {"file": picture()}
    return http.post(f"{service.url}/background/analyze-image", data=data, files=files, timeout=60)


def _last(seconds: float, service: Installation) -> None:
    """The service lives all the while."""
    end = time.monotonic() + seconds
    service.wait_for(lambda: service.get("/livez").status_code == 200 and time.monotonic() > end, seconds + 5)

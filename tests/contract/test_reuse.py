"""`reuse=true`: what was read lately is not read again, and the task says so."""

import json
import sqlite3
from typing import Any

import pytest
import requests

from tests.conftest import MakeInstallation
from tests.contract.pictures import png
from tests.installation import Answer, Installation
from tests.lending import Lend
from tests.peers.process import Peer

PICTURE = png((12, 5))
OTHER = png((5, 12))


def test_the_earlier_result_comes_at_once(service: Installation, openai_peer: Peer, receiver: Peer) -> None:
    first = _read(service, prompt="OK once", metadata='{"n": 1}')
    seen = len(openai_peer.seen())
    wishes = {"prompt": "OK once", "metadata": '{"n": 2}', "callback_url": f"{receiver.url}/ok"}
    response = service.submit(("again.png", PICTURE[1]), reuse="true", **wishes)
    body = response.json()
    assert (response.status_code, body["status"], body["reused_from"]) == (200, "completed", first["task_id"])
    status = service.status(body["task_id"])
    assert status["status"] == "completed" and status["progress"] == 100 and status["attempt"] == 0
    assert (status["reused_from"], status["filename"]) == (first["task_id"], "again.png")
    assert status["started_at"] is None and status["duration_ms"] is None
    earlier, result = (service.result(task).json() for task in (first["task_id"], body["task_id"]))
    own = {name: status[name] for name in ("task_id", "filename", "metadata", "created_at")}
    assert result == earlier | own | {"reused_from": first["task_id"]} and result["metadata"] == {"n": 2}
    assert service.get(f"/background/task-result/{body['task_id']}/text.md").text
    [callback] = receiver.wait_seen(lambda seen: len(seen) == 1)
    told = json.loads(callback["body"])
    assert (told["type"], told["data"]["reused_from"]) == ("task.completed", first["task_id"])
    events = service.get(f"/background/task-status/{body['task_id']}/events").text
    assert [line for line in events.splitlines() if line.startswith("event")] == ["event: status", "event: completed"]
    assert len(openai_peer.seen()) == seen, "the model was not asked again"


def test_it_outlives_the_task_that_it_came_from(service: Installation) -> None:
    first = _read(service, prompt="OK outlived")
    again = service.submit(PICTURE, prompt="OK outlived", reuse="true").json()["task_id"]
    (service.results / f"{first['task_id']}.json").unlink()
    assert service.result(again).json()["reused_from"] == first["task_id"]
    fresh = service.submit(PICTURE, prompt="OK outlived", reuse="true")
    assert fresh.status_code == 202, "a copy is not copied, and a result that is gone cannot be"
    assert "reused_from" not in service.ended(fresh.json()["task_id"])


@pytest.mark.parametrize(
    ("content", "path", "wishes"),
    [
        (OTHER, "analyze-image", {"prompt": "OK same"}),
        (PICTURE, "analyze-image", {"prompt": "OK other"}),
        (PICTURE, "analyze-image", {"prompt": "OK same", "detail": "low"}),
        (PICTURE, "analyze-image", {"prompt": "OK same", "model": "another"}),
        (PICTURE, "extract-tables", {}),
        (PICTURE, "analyze-image", {"prompt": "OK same", "reuse": "false"}),
    ],
)
def test_what_differs_is_read(
    service: Installation, content: tuple[str, bytes], path: str, wishes: dict[str, Any]
) -> None:
    _read(service, prompt="OK same")
    response = service.submit(content, path, **({"reuse": "true"} | wishes))
    assert response.status_code == 202 and "reused_from" not in response.json()
    service.ended(response.json()["task_id"])


def test_what_failed_is_read_again(service: Installation) -> None:
    service.ended(service.submitted(PICTURE, prompt="REFUSE"))
    assert service.submit(PICTURE, prompt="REFUSE", reuse="true").status_code == 202


def test_only_as_long_as_the_operator_says(make_installation: MakeInstallation) -> None:
    with make_installation(REUSE_HOURS=1, MAX_WORKERS=1).running() as service:
        first = _read(service, prompt="OK")
        assert service.submit(PICTURE, prompt="OK", reuse="true").status_code == 200
        with sqlite3.connect(service.data / "jobs.db") as jobs:
            jobs.execute("UPDATE jobs SET completed_at = completed_at - 3600000 WHERE id = ?", (first["task_id"],))
        jobs.close()
        assert service.submit(PICTURE, prompt="OK", reuse="true").status_code == 202


def test_a_full_queue_does_not_matter(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, MAX_QUEUED=2) as service:
        _read(service, prompt="OK")
        blocking = service.submitted(PICTURE, prompt="HANG")
        service.wait_until(blocking, "processing")
        waiting = [service.submitted(PICTURE, prompt="INSTANT") for _ in range(2)]
        assert service.submit(PICTURE, prompt="INSTANT").status_code == 503
        assert service.submit(PICTURE, prompt="OK", reuse="true").status_code == 200
        for task in (*waiting, blocking):
            service.cancel(task)


def test_with_a_key_it_is_one_task(service: Installation) -> None:
    _read(service, prompt="OK keyed")
    answers = [_keyed(service) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json() and answers[1].headers["Idempotency-Replayed"] == "true"


def _keyed(service: Installation) -> requests.Response:
    data, url = {"prompt": "OK keyed", "reuse": "true"}, f"{service.url}/background/analyze-image"
    headers = {"Idempotency-Key": '"reused"'}
    return service.http.post(url, files={"file": PICTURE}, data=data, headers=headers, timeout=30)


def _read(service: Installation, **wishes: str) -> Answer:
    """A task that has read the picture."""
    ended = service.ended(service.submitted(PICTURE, **wishes))
    assert ended["status"] == "completed", ended
    return ended

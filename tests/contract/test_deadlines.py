"""`Cancel-After`: a task that is not done in the time its client gave it has failed, whether it waits or runs."""

import time
from datetime import datetime

import pytest
import requests

from tests.conftest import MakeInstallation
from tests.contract.pictures import png
from tests.contract.problem import assert_problem
from tests.installation import Answer, Installation
from tests.peers.process import Peer
from tests.pictures import picture

NONSENSE = ["90", "s", "0s", "-5s", "1.5m", "90 s", "1d", "9m30s", "soon", "99999999999h", "721h", "９s"]


@pytest.mark.parametrize("given", NONSENSE)
def test_nonsense_is_refused_by_its_name(service: Installation, given: str) -> None:
    body = assert_problem(_submit(service, given), 422, "invalid_field", service=service)
    assert body["field"] == "Cancel-After" and body["errors"][0]["pointer"] == "#/Cancel-After"
    assert "90s" in body["detail"]


@pytest.mark.parametrize("given", ["30s", "5m ", "720h"])
def test_a_task_within_its_time_is_none_the_worse(service: Installation, given: str) -> None:
    response = _submit(service, given)
    assert response.status_code == 202, response.text
    assert service.ended(response.json()["task_id"])["status"] == "completed"


def test_a_waiting_task_fails_at_its_time_without_a_slot(
    make_installation: MakeInstallation, openai_peer: Peer, receiver: Peer
) -> None:
    with make_installation(MAX_WORKERS=1).running() as service:
        blocking = service.submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        callback = f"{receiver.url}/ok"
        waiting = [_submit(service, "1s", f"INSTANT {n}", callback).json()["task_id"] for n in range(3)]
        ended = [service.ended(task) for task in waiting]
        assert [_reason(one) for one in ended] == ["deadline_exceeded"] * 3
        assert all(one["started_at"] is None and one["attempt"] == 0 for one in ended)
        assert all(0.9 <= _lasted(one) < 1.5 for one in ended), [_lasted(one) for one in ended]
        assert "Cancel-After" in ended[0]["error"]["message"]
        receiver.wait_seen(lambda seen: len(seen) == 3)
        service.cancel(blocking)
        following = service.submitted(picture(), prompt="OK following")
        assert service.ended(following)["status"] == "completed"
        assert [entry["prompt"] for entry in openai_peer.seen()] == ["HANG", "OK following"]


@pytest.mark.parametrize("prompt", ["HANG", "DRIP 500 0.02"])
def test_a_running_task_ends_at_its_time_and_frees_the_slot(
    make_installation: MakeInstallation, openai_peer: Peer, prompt: str
) -> None:
    with make_installation(MAX_WORKERS=1).running() as service:
        task = _submit(service, "1s", prompt).json()["task_id"]
        following = service.submitted(picture(), prompt="INSTANT")
        ended = service.ended(task)
        assert (ended["status"], _reason(ended)) == ("failed", "deadline_exceeded")
        assert ended["error"]["retryable"] and ended["progress"] >= 30
        assert 0.9 <= _lasted(ended) < 1.5
        assert service.wait_until(following, "completed", timeout=2)
        openai_peer.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed")


def test_the_time_goes_on_while_everything_is_stopped(make_installation: MakeInstallation) -> None:
    service = make_installation(MAX_WORKERS=1)
    with service.running():
        blocking = service.submitted(picture(), prompt="HANG")
        task = _submit(service, "2s").json()["task_id"]
        begun = time.monotonic()
        service.kill_everything()
        service.wait_for(lambda: time.monotonic() - begun > 2)
        service.start()
        ended = service.ended(task)
        assert (_reason(ended), ended["started_at"]) == ("deadline_exceeded", None)
        service.cancel(blocking)


def _submit(
    service: Installation, cancel_after: str, prompt: str = "INSTANT", callback_url: str = ""
) -> requests.Response:
    url, data = f"{service.url}/background/analyze-image", {"prompt": prompt, "callback_url": callback_url}
    headers = {"Cancel-After": cancel_after.encode()}
    return service.http.post(url, files={"file": png()}, data=data, headers=headers, timeout=30)


def _reason(status: Answer) -> str:
    return str(status.get("error", {}).get("code"))


def _lasted(status: Answer) -> float:
    """Seconds from submission to end."""
    created, completed = (datetime.fromisoformat(status[name]) for name in ("created_at", "completed_at"))
    return (completed - created).total_seconds()

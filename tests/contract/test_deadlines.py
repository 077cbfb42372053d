"""`Cancel-After`: a task that is not done in the time its client gave it has failed, whether it waits or runs."""

import time
from dataclasses import dataclass
from datetime import datetime

import pytest
import requests

from tests.contract.pictures import png
from tests.contract.problem import assert_problem
from tests.installation import Answer, Installation
from tests.lending import Lend
from tests.lifecycle.patient import SLOT_FREE
from tests.peers.process import Peer
from tests.pictures import picture

LATE = 5.0
"""Seconds after its time within which a task must have ended, on a machine with much else to do."""

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


def test_a_waiting_task_fails_at_its_time_without_a_slot(lend: Lend, openai_peer: Peer, receiver: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        blocking = service.submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        callback = f"{receiver.url}/ok"
        waiting = [_given(service, 1, f"INSTANT {number}", callback) for number in range(3)]
        ended = [service.ended(one.task) for one in waiting]
        assert [_reason(one) for one in ended] == ["deadline_exceeded"] * 3
        assert all(one["started_at"] is None and one["attempt"] == 0 for one in ended)
        assert all(one.ended_in_time(status) for one, status in zip(waiting, ended, strict=True)), (waiting, ended)
        assert "Cancel-After" in ended[0]["error"]["message"]
        receiver.wait_seen(lambda seen: len(seen) == 3)
        service.cancel(blocking)
        following = service.submitted(picture(), prompt="OK following")
        assert service.ended(following)["status"] == "completed"
        assert [entry["prompt"] for entry in openai_peer.seen()] == ["HANG", "OK following"]


@pytest.mark.parametrize("prompt", ["HANG", "DRIP 5000 0.02"])
def test_a_running_task_ends_at_its_time_and_frees_the_slot(lend: Lend, openai_peer: Peer, prompt: str) -> None:
    with lend(MAX_WORKERS=1) as service:
        given = _given(service, 6, prompt)
        openai_peer.wait_seen(lambda seen: len(seen) == 1, timeout=6)
        following = service.submitted(picture(), prompt="INSTANT")
        ended = service.ended(given.task)
        assert (ended["status"], _reason(ended)) == ("failed", "deadline_exceeded")
        assert ended["error"]["retryable"] and ended["progress"] >= 30
        assert given.ended_in_time(ended), (given, ended)
        assert service.wait_until(following, "completed", timeout=SLOT_FREE)
        openai_peer.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed")


def test_the_time_goes_on_while_everything_is_stopped(lend: Lend) -> None:
    with lend(MAX_WORKERS=1) as service:
        blocking = service.submitted(picture(), prompt="HANG")
        task = _submit(service, "2s").json()["task_id"]
        begun = time.monotonic()
        service.kill_everything()
        service.wait_for(lambda: time.monotonic() - begun > 2)
        service.start()
        ended = service.ended(task)
        assert (_reason(ended), ended["started_at"]) == ("deadline_exceeded", None)
        service.cancel(blocking)


@dataclass(frozen=True)
class Given:
    """A task that was given so many seconds at some moment between the two that its client knows."""

    task: str
    seconds: int
    sent: float
    answered: float

    def ended_in_time(self, status: Answer) -> bool:
        ended = datetime.fromisoformat(status["completed_at"]).timestamp()
        return self.sent + self.seconds <= ended < self.answered + self.seconds + LATE


def _given(service: Installation, seconds: int, prompt: str, callback_url: str = "") -> Given:
    sent = time.time()
    response = _submit(service, f"{seconds}s", prompt, callback_url)
    return Given(response.json()["task_id"], seconds, sent, time.time())


def _submit(
    service: Installation, cancel_after: str, prompt: str = "INSTANT", callback_url: str = ""
) -> requests.Response:
    url, data = f"{service.url}/background/analyze-image", {"prompt": prompt, "callback_url": callback_url}
    headers = {"Cancel-After": cancel_after.encode()}
    return service.http.post(url, files={"file": png()}, data=data, headers=headers, timeout=30)


def _reason(status: Answer) -> str:
    return str(status.get("error", {}).get("code"))

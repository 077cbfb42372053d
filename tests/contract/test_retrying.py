"""Retrying a task: a new one of the same file and fields, for those that failed or were cancelled."""

import pytest
import requests

from tests.contract.pictures import png
from tests.contract.problem import assert_problem, speaking
from tests.installation import Answer, Installation
from tests.lending import Lend
from tests.peers.process import Peer

KEPT = ("filename", "prompt", "detail", "model", "engine", "priority", "metadata", "callback_url", "task_type")


def test_a_failed_task_runs_again_as_a_new_one(service: Installation, openai_peer: Peer, receiver: Peer) -> None:
    wishes = {"detail": "low", "priority": 3, "metadata": '{"order": 7}', "callback_url": f"{receiver.url}/ok"}
    failed = service.ended(service.submitted(png(), prompt="REFUSE", **wishes))
    assert failed["status"] == "failed" and "retry_of" not in failed
    response = _retry(service, failed)
    assert response.status_code == 202, response.text
    body = response.json()
    assert body["task_id"] != failed["task_id"] and failed["task_id"] in body["message"]
    assert response.headers["Location"] == body["check_status_url"]
    ended = service.ended(body["task_id"])
    assert ended["retry_of"] == failed["task_id"] and ended["attempt"] == 1
    assert {name: ended[name] for name in KEPT} == {name: failed[name] for name in KEPT}
    assert service.status(failed["task_id"]) == failed, "what was, stays"
    receiver.wait_seen(lambda seen: len(seen) == 2)
    first, second = openai_peer.seen()[-2:]
    assert first["images"] == second["images"], "the same picture is asked about"


def test_a_cancelled_task_that_never_ran(lend: Lend) -> None:
    with lend(MAX_WORKERS=1) as service:
        blocking = service.submitted(png(), prompt="HANG")
        task = service.submitted(png(), prompt="INSTANT")
        service.cancel(task)
        service.cancel(blocking)
        again = _retry(service, service.status(task), Prefer="wait=20")
        assert again.status_code == 200 and again.json()["task_status"]["status"] == "completed"
        assert service.http.post(f"{service.url}/background/cleanup?max_age_hours=0", timeout=30).ok
        assert service.uploads() == set(), "each name goes with its task"


def test_a_task_and_its_retry_share_a_file_and_not_its_fate(service: Installation) -> None:
    failed = service.ended(service.submitted(png(), prompt="REFUSE"))
    again = _retry(service, failed).json()["task_id"]
    (service.data / "uploads" / failed["task_id"]).unlink()
    assert service.ended(again)["error"]["code"] == "model_refused"
    third = _retry(service, service.status(again)).json()["task_id"]
    assert service.ended(third)["retry_of"] == again


@pytest.mark.parametrize("state", ["completed", "processing"])
def test_others_are_not_retried(service: Installation, language: str, state: str) -> None:
    task = service.submitted(png(), prompt="INSTANT" if state == "completed" else "HANG")
    status = service.wait_until(task, state)
    problem = assert_problem(_retry(service, status, **speaking(language)), 409, "not_retryable", language, service)
    assert problem["task_status"] == state and task in problem["detail"]
    service.cancel(task)


def test_a_file_that_is_gone(service: Installation, language: str) -> None:
    failed = service.ended(service.submitted(png(), prompt="REFUSE"))
    (service.data / "uploads" / failed["task_id"]).unlink()
    before = service.get("/background/all-tasks?page_size=1").json()["total_count"]
    assert_problem(_retry(service, failed, **speaking(language)), 410, "upload_gone", language, service)
    assert service.get("/background/all-tasks?page_size=1").json()["total_count"] == before


def test_a_retry_by_its_key_and_within_its_time(service: Installation) -> None:
    failed = service.ended(service.submitted(png(), prompt="REFUSE"))
    other = service.ended(service.submitted(png(), prompt="REFUSE"))
    first = _retry(service, failed, Idempotency_Key="again", Cancel_After="1s")
    second = _retry(service, failed, Idempotency_Key="again")
    assert second.json() == first.json() and second.headers["Idempotency-Replayed"] == "true"
    assert_problem(_retry(service, other, Idempotency_Key="again"), 422, "idempotency_key_reused")
    assert service.ended(first.json()["task_id"])["status"] == "failed"


def test_a_full_queue_takes_no_retry_and_keeps_no_file(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, MAX_QUEUED=2) as service:
        before = service.uploads()
        blocking = service.submitted(png(), prompt="HANG")
        service.wait_until(blocking, "processing")
        cancelled = service.submitted(png(), prompt="INSTANT")
        service.cancel(cancelled)
        waiting = {service.submitted(png(), prompt="INSTANT") for _ in range(2)}
        assert_problem(_retry(service, service.status(cancelled)), 503, "queue_full")
        assert service.uploads() - before == {blocking, cancelled, *waiting}
        service.cancel(blocking)


def _retry(service: Installation, of: Answer, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"{service.url}/background/retry-task/{of['task_id']}"
    return service.http.post(url, headers=named, timeout=60)

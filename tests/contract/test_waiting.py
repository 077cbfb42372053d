"""`Prefer: wait=N` and `?wait=N`: one request that is answered as soon as the tasks have ended, or the time is up."""

import threading
import time
from typing import Any

import psutil
import pytest
import requests

from tests.conftest import MakeInstallation
from tests.contract.pictures import png
from tests.contract.problem import assert_problem
from tests.installation import Answer, Installation
from tests.peers.process import Peer

STATUS = "/background/task-status"


@pytest.mark.parametrize("way", ["header", "query"])
def test_a_status_is_told_as_soon_as_the_task_has_ended(service: Installation, way: str) -> None:
    task_id = service.submitted(png(), prompt="SLOW 1")
    asked: dict[str, Any] = {"headers": {"Prefer": "wait=20"}} if way == "header" else {"params": {"wait": 20}}
    response, seconds = _timed(service, f"{STATUS}/{task_id}", **asked)
    assert response.json()["task_status"]["status"] == "completed"
    assert response.headers["preference-applied"] == "wait=20"
    assert seconds < 10
    again, seconds = _timed(service, f"{STATUS}/{task_id}", **asked)
    assert again.json() == response.json() and seconds < 5, "what has ended is not waited for"


def test_when_the_time_is_up_the_present_state_is_told(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="HANG")
    service.wait_until(task_id, "processing")
    response, seconds = _timed(service, f"{STATUS}/{task_id}?wait=1")
    assert response.json()["task_status"]["status"] == "processing" and 0.9 < seconds < 10
    for asked in ({}, {"wait": 0}):
        response, seconds = _timed(service, f"{STATUS}/{task_id}", params=asked)
        assert seconds < 5 and ("preference-applied" in response.headers) == bool(asked)
    waiting = _Waiting(service, f"{STATUS}/{task_id}?wait=20")
    service.cancel(task_id)
    assert waiting.answer()["task_status"]["status"] == "cancelled"


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("wait=3", "wait=3"),
        ("respond-async, wait=3", "wait=3"),
        ('WAIT = "3" ; x=y, respond-async', "wait=3"),
        ("wait=3, wait=9", "wait=3"),
        ("wait=3600", "wait=60"),
        ("wait", None),
        ("wait=-3", None),
        ("wait=soon", None),
        ("wait=99999999999999999999", None),
        ("await=3", None),
        (",;=", None),
    ],
)
def test_a_preference_is_kept_to_or_passed_over(service: Installation, prefer: str, applied: str | None) -> None:
    task_id = _ended_task(service)
    response = service.get(f"{STATUS}/{task_id}", headers={"Prefer": prefer})
    assert (response.status_code, response.headers.get("preference-applied")) == (200, applied)


@pytest.mark.parametrize("given", ["-1", "soon", "1.5", "1e2"])
def test_a_parameter_that_is_no_number_is_refused(service: Installation, given: str) -> None:
    task_id = _ended_task(service)
    for path in (f"{STATUS}/{task_id}", STATUS):
        response = service.get(path, params={"wait": given, "task_id": task_id})
        assert assert_problem(response, 422, "invalid_field")["field"] == "wait"
    response = service.get(f"{STATUS}/{task_id}", params={"wait": "3600"})
    assert response.headers["preference-applied"] == "wait=60"


def test_a_submission_is_answered_with_the_end(service: Installation) -> None:
    response = _submit(service, "OK", Prefer="wait=20")
    body = response.json()
    assert (response.status_code, body["status"]) == (200, "completed")
    assert response.headers["preference-applied"] == "wait=20"
    assert response.headers["location"] == body["check_status_url"] and "retry-after" not in response.headers
    assert body["task_status"] == service.status(body["task_id"])
    assert service.result(body["task_id"]).status_code == 200

    failed = _submit(service, "REFUSE", Prefer="wait=20")
    assert (failed.status_code, failed.json()["status"]) == (200, "failed"), "the request went well, the task did not"
    assert failed.json()["task_status"]["error"]["code"] == "model_refused"


def test_a_submission_that_takes_longer_is_answered_as_any_other(service: Installation) -> None:
    response = _submit(service, "HANG", Prefer="wait=1")
    body = response.json()
    assert response.status_code == 202 and body["status"] in ("pending", "processing")
    assert response.headers["retry-after"] == "1" and response.headers["location"] == body["check_status_url"]
    service.cancel(body["task_id"])
    plain = _submit(service, "OK").json()
    assert plain["status"] == "pending" and "task_status" not in plain


def test_several_tasks_are_waited_for_together(service: Installation) -> None:
    tasks = [service.submitted(png(), prompt=prompt) for prompt in ("SLOW 3", "OK", "REFUSE")]
    present = service.get(STATUS, params={"task_id": tasks}).json()
    assert not present["all_final"] and [task["task_id"] for task in present["tasks"]] == tasks
    response, seconds = _timed(service, STATUS, params={"task_id": tasks, "wait": 20})
    body = response.json()
    assert body["all_final"] and seconds < 15
    assert [task["status"] for task in body["tasks"]] == ["completed", "completed", "failed"]
    assert body["tasks"] == [service.status(task) for task in tasks]
    twice = service.get(STATUS, params={"task_id": [tasks[0], tasks[0]]}).json()
    assert len(twice["tasks"]) == 1


def test_a_set_is_all_there_or_refused(service: Installation) -> None:
    task_id = _ended_task(service)
    response, seconds = _timed(service, STATUS, params={"task_id": [task_id, "nobodys"], "wait": 20})
    assert "nobodys" in assert_problem(response, 404, "unknown_task")["detail"] and seconds < 5
    assert_problem(service.get(STATUS), 422, "invalid_field")
    assert_problem(
        service.get(STATUS, params={"task_id": [str(number) for number in range(101)]}), 422, "invalid_field"
    )


def test_how_long_it_will_take_is_told_from_what_others_took(make_installation: MakeInstallation) -> None:
    with make_installation(MAX_WORKERS=1, SHUTDOWN_GRACE=0.2).running() as service:
        first = service.submitted(png(), prompt="SLOW 6")  # longer than the figures are kept: `estimates.STALE`
        waiting = service.submitted(png(), prompt="SLOW 30")  # still running when everybody has been asked for
        service.wait_until(first, "processing")
        assert "eta_seconds" not in service.status(first) and "eta_seconds" not in service.status(waiting)
        service.ended(first)
        queued = [service.submitted(png(), prompt="SLOW 2") for _ in range(2)]
        unlike = service.submitted(png(), "extract-tables")
        service.wait_until(waiting, "processing")
        told = service.wait_for(lambda: _etas(service, [waiting, *queued]))
        took = service.status(first)["duration_ms"] / 1000  # the more, the busier the machine
        assert 1 <= told[0] <= took + 1, (told, took)
        assert took <= told[1] <= 2 * took + 1 and told[1] < told[2] <= 3 * took + 1, (told, took)
        assert "eta_seconds" not in service.status(unlike), "no table extraction has completed yet"
        assert "eta_seconds" not in service.status(first)


def test_a_stop_ends_streams_and_waits_at_once(make_installation: MakeInstallation, openai_peer: Peer) -> None:
    service = make_installation(MAX_WORKERS=1, SHUTDOWN_GRACE=0.2)
    with service.running():
        task_id = service.submitted(png(), prompt="HANG")
        paths = [f"{STATUS}/{task_id}?wait=60", f"{STATUS}/{task_id}/events", "/background/events"] * 10
        waiting = [_Waiting(service, path) for path in paths]
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        web = service.process("web")
        service.http.close()
        service.wait_for(lambda: _connected(web) >= len(paths))
        service.stop()
        assert "graceful shutdown exceeded" not in service.output(), "uvicorn's words for requests that it cut off"
        for one, path in zip(waiting, paths, strict=True):
            if "wait" in path:
                # Where the web process is the slower one, the supervisor has handed the task back.
                assert one.answer()["task_status"]["status"] in ("processing", "pending")
            else:
                assert one.text().endswith("\n\n"), "no event is cut in two"


def _connected(process: psutil.Process) -> int:
    return [one.status for one in process.net_connections("tcp")].count(psutil.CONN_ESTABLISHED)


class _Waiting(threading.Thread):
    """A request that is on its way."""

    def __init__(self, service: Installation, path: str) -> None:
        super().__init__(daemon=True)
        self._url = service.url + path
        self._response: requests.Response | None = None
        self.start()

    def run(self) -> None:
        with requests.Session() as http:
            http.trust_env = False
            self._response = http.get(self._url, timeout=60)

    def text(self) -> str:
        self.join(30)
        assert self._response is not None and self._response.status_code == 200
        return self._response.text

    def answer(self) -> Answer:
        self.text()
        assert self._response is not None
        body: Answer = self._response.json()
        return body


def _timed(service: Installation, path: str, **options: Any) -> tuple[requests.Response, float]:
    begun = time.monotonic()
    response = service.get(path, **options)
    return response, time.monotonic() - begun


def _submit(service: Installation, prompt: str, **headers: str) -> requests.Response:
    url, data = f"{service.url}/background/analyze-image", {"prompt": prompt}
    return service.http.post(url, files={"file": png()}, data=data, headers=headers, timeout=30)


def _ended_task(service: Installation) -> str:
    task_id = service.submitted(png(), prompt="INSTANT")
    service.ended(task_id)
    return task_id


def _etas(service: Installation, tasks: list[str]) -> list[int] | None:
    """What the tasks are told still to take, once all are told."""
    told = [service.status(task).get("eta_seconds") for task in tasks]
    return told if None not in told else None

"""Clients among themselves: each route, held to what it may show of another's tasks. A new one must be entered."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from service.app import ROUTES
from tests.contract.pictures import png
from tests.contract.streams import following
from tests.doors.keys import ALICE, ALICE_NEW, BOB, NAMELESS, bearing
from tests.installation import Answer, Installation

ONE, MANY, NEW, BATCH, EVERYBODY = "one task", "many tasks", "a new task", "one batch", "of no client"
DELIVERIES = "deliveries: tests/contract/test_deliveries.py"
ISOLATION = {
    ("POST", "/background/analyze-image"): NEW,
    ("POST", "/background/extract-tables"): NEW,
    ("POST", "/background/estimate"): EVERYBODY,
    ("GET", "/background/task-status/{task_id}"): ONE,
    ("GET", "/background/task-status"): MANY,
    ("GET", "/background/task-status/{task_id}/events"): ONE,
    ("GET", "/background/events"): MANY,
    ("GET", "/background/task-result/{task_id}"): ONE,
    ("GET", "/background/task-result/{task_id}/text.md"): ONE,
    ("GET", "/background/task-result/{task_id}/tables.xlsx"): ONE,
    ("GET", "/background/task-result/{task_id}/tables/{number}.{form}"): ONE,
    ("GET", "/background/task-pages/{task_id}/{page}"): ONE,
    ("GET", "/background/all-tasks"): MANY,
    ("DELETE", "/background/cancel-task/{task_id}"): ONE,
    ("POST", "/background/retry-task/{task_id}"): ONE,
    ("GET", "/background/batch-status/{batch_id}"): BATCH,
    ("DELETE", "/background/cancel-batch/{batch_id}"): BATCH,
    ("POST", "/background/cleanup"): MANY,
    ("GET", "/background/deliveries"): DELIVERIES,
    ("POST", "/background/deliveries/{delivery_id}/replay"): DELIVERIES,
    ("GET", "/livez"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/openapi.json"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,
    ("GET", "/health"): EVERYBODY,  # counts over all clients, for who watches the service; a key is needed all the same
}
ABOUT_ONE = [route for route, kind in ISOLATION.items() if kind == ONE]
STATES = ("completed", "failed", "cancelled", "processing", "pending")
SECRET = "BOBS-OWN-WORDS"
NOBODYS = "00000000-0000-4000-8000-000000000000"

Tasks = dict[str, str]


def test_every_route_is_entered() -> None:
    routes = {(method, route.path) for route in ROUTES for method in (route.methods or set()) - {"HEAD"}}
    assert routes == set(ISOLATION)
    assert {path for _, path in routes if "{task_id}" in path} == {path for _, path in ABOUT_ONE}


@pytest.fixture(scope="module")
def bobs(guarded: Installation) -> Iterator[Tasks]:
    """A task of Bob's in each state, and two of Alice's; the one worker is Bob's until the end."""
    tasks = {
        "completed": _submitted(guarded, BOB, prompt=f"OK {SECRET}"),
        "failed": _submitted(guarded, BOB, prompt=f"REFUSE {SECRET}"),
    }
    tasks["alice"], tasks["alice too"] = _submitted(guarded, ALICE), _submitted(guarded, ALICE)
    for state in ("completed", "failed"):
        _until(guarded, BOB, tasks[state], state)
    _until(guarded, ALICE, tasks["alice too"], "completed")
    for state in ("processing", "cancelled", "pending"):
        tasks[state] = _submitted(guarded, BOB, prompt=f"HANG {SECRET}")
    assert _ask(guarded, BOB, "DELETE", f"/background/cancel-task/{tasks['cancelled']}").status_code == 200
    guarded.wait_for(lambda: _status(guarded, BOB, tasks["processing"])["pages_total"], 20)  # then it moves no more
    yield tasks
    for state in ("pending", "processing"):
        _ask(guarded, BOB, "DELETE", f"/background/cancel-task/{tasks[state]}")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("method", "path"), ABOUT_ONE)
def test_anothers_task_is_as_if_it_were_not_there(
    guarded: Installation, bobs: Tasks, method: str, path: str, state: str
) -> None:
    before = _untimed(_status(guarded, BOB, bobs[state]))
    for key in (ALICE, NAMELESS):
        theirs = _ask(guarded, key, method, path.format(task_id=bobs[state], number=1, form="csv", page=1))
        absent = _ask(guarded, key, method, path.format(task_id=NOBODYS, number=1, form="csv", page=1))
        assert theirs.status_code == absent.status_code == 404
        assert _without_ids(theirs, bobs[state]) == _without_ids(absent, NOBODYS)
        assert theirs.json()["code"] == "unknown_task"
    assert _untimed(_status(guarded, BOB, bobs[state])) == before, "nor touched"


def test_anothers_batch_is_as_if_it_were_not_there(guarded: Installation, bobs: Tasks) -> None:
    url, files = f"{guarded.url}/background/analyze-image", [("file", png())] * 2
    data = {"prompt": f"HANG {SECRET}"}
    mine = guarded.http.post(url, files=files, data=data, headers=bearing(NAMELESS), timeout=30).json()
    for method, path in [route for route, kind in ISOLATION.items() if kind == BATCH] + [
        ("GET", "/background/events?batch_id={batch_id}")
    ]:
        theirs = _ask(guarded, ALICE, method, path.format(batch_id=mine["batch_id"]))
        absent = _ask(guarded, ALICE, method, path.format(batch_id=NOBODYS))
        assert theirs.status_code == absent.status_code == 404 and theirs.json()["code"] == "unknown_batch"
        assert _without_ids(theirs, mine["batch_id"]) == _without_ids(absent, NOBODYS)
    assert _list(guarded, ALICE, f"batch_id={mine['batch_id']}")["total_count"] == 0
    status = _ask(guarded, NAMELESS, "GET", mine["check_status_url"]).json()["batch_status"]
    assert status["counts"]["pending"] == 2, "nor touched"
    assert _ask(guarded, NAMELESS, "DELETE", mine["cancel_url"]).json()["cancelled_count"] == 2
    assert _clean(guarded, NAMELESS) == 2


def test_ones_own_task_is_there_by_either_key(guarded: Installation, bobs: Tasks) -> None:
    for key in (ALICE, ALICE_NEW):
        assert _status(guarded, key, bobs["alice"])["status"] == "completed"
        events = _ask(guarded, key, "GET", f"/background/task-status/{bobs['alice']}/events")
        assert "event: completed" in events.text
    assert _ask(guarded, BOB, "GET", f"/background/task-result/{bobs['completed']}").status_code == 200


QUERIES = ["", "page_size=100", "status=completed", "status=processing", "task_type=image_analysis", "page_size=1"]


@pytest.mark.parametrize("query", QUERIES)
def test_lists_and_counts_hold_ones_own(guarded: Installation, bobs: Tasks, query: str) -> None:
    alices, theirs = (_list(guarded, key, query) for key in (ALICE, BOB))
    assert {task["task_id"] for task in alices["tasks"]} <= {bobs["alice"], bobs["alice too"]}
    assert {task["task_id"] for task in theirs["tasks"]} <= {bobs[state] for state in STATES}
    assert alices["total_count"] == (0 if query == "status=processing" else 2)
    assert theirs["total_count"] == {"status=completed": 1, "status=processing": 1}.get(query, 5)
    assert _list(guarded, NAMELESS, query) | {"tasks": []} == {
        "success": True,
        "total_count": 0,
        "tasks": [],
        "next_page_token": "",
    }


@pytest.mark.parametrize("path", ["task-status?wait=20&task_id={}", "task-status/{}?wait=20", "events?task_id={}"])
def test_anothers_task_is_neither_waited_for_nor_followed(guarded: Installation, bobs: Tasks, path: str) -> None:
    for key, task_id in ((ALICE, bobs["processing"]), (NAMELESS, bobs["pending"]), (ALICE, NOBODYS)):
        begun = time.monotonic()
        response = _ask(guarded, key, "GET", f"/background/{path.format(task_id)}")
        assert response.json()["code"] == "unknown_task" and time.monotonic() - begun < 10
    together = f"/background/task-status?task_id={bobs['alice']}&task_id={bobs['completed']}"
    assert _ask(guarded, ALICE, "GET", together).json()["code"] == "unknown_task"


def test_events_of_all_are_ones_own(guarded: Installation, bobs: Tasks) -> None:
    for key, own in ((ALICE, {bobs["alice"], bobs["alice too"]}), (BOB, {bobs[state] for state in STATES})):
        with following(guarded, "events?starting_after=0", **bearing(key)) as stream:
            told = {next(iter(stream)).data["task_id"] for _ in range(5)}
            assert told <= own
    with following(guarded, "events", **bearing(ALICE)) as stream:
        stream.begin()
        for key in (BOB, ALICE):
            task_id = _submitted(guarded, key)
            assert _ask(guarded, key, "DELETE", f"/background/cancel-task/{task_id}").status_code == 200
        assert [event.data["task_id"] for event in stream.take(2)] == [task_id] * 2


def test_anothers_page_token_leads_through_ones_own(guarded: Installation, bobs: Tasks) -> None:
    token = _list(guarded, BOB, "page_size=1")["next_page_token"]
    assert {task["task_id"] for task in _list(guarded, ALICE, f"page_token={token}")["tasks"]} == {
        bobs["alice"],
        bobs["alice too"],
    }


def test_anothers_idempotency_key_is_free(guarded: Installation, bobs: Tasks) -> None:
    answers = {key: _submit(guarded, key, "INSTANT", {"Idempotency-Key": "the-same"}) for key in (ALICE, BOB)}
    task_ids = {key: answer.json()["task_id"] for key, answer in answers.items()}
    assert task_ids[ALICE] != task_ids[BOB]
    assert _submit(guarded, ALICE_NEW, "INSTANT", {"Idempotency-Key": "the-same"}).json()["task_id"] == task_ids[ALICE]
    for key, task_id in task_ids.items():
        assert _ask(guarded, key, "DELETE", f"/background/cancel-task/{task_id}").status_code == 200


def test_the_queue_is_one_for_all(guarded: Installation, bobs: Tasks) -> None:
    places = {}
    for expected in (0, 2):  # Bob had his turn, then his waiting task goes between hers
        response = _submit(guarded, ALICE, prompt="OK")
        places[response.json()["task_id"]] = response.json()["queue_position"], expected
    for task_id, (place, expected) in places.items():
        assert place == _status(guarded, ALICE, task_id)["queue_position"] == expected
    for task_id in places:
        assert _ask(guarded, ALICE, "DELETE", f"/background/cancel-task/{task_id}").status_code == 200


def test_cleaning_up_removes_ones_own(guarded: Installation, bobs: Tasks) -> None:
    assert _clean(guarded, NAMELESS) == 0
    assert _list(guarded, ALICE, "")["total_count"] == _clean(guarded, ALICE_NEW) > 0
    assert _list(guarded, ALICE, "")["total_count"] == 0
    for state in STATES:
        assert _status(guarded, BOB, bobs[state])["status"] == state
        assert (guarded.data / "uploads" / bobs[state]).exists()
        assert (guarded.results / "logs" / f"{bobs[state]}.jsonl").exists()
    assert _ask(guarded, BOB, "GET", f"/background/task-result/{bobs['completed']}").status_code == 200


def test_the_log_tells_whose_task_it_is_and_no_key(guarded: Installation, bobs: Tasks) -> None:
    [submitted] = [event for event in guarded.events(bobs["failed"]) if event["event"] == "submitted"]
    assert submitted["client"] == "bob"
    assert not [key for key in (ALICE, BOB, NAMELESS) if key in guarded.output()]


def _submitted(service: Installation, key: str, prompt: str = "OK") -> str:
    response = _submit(service, key, prompt)
    assert response.status_code == 202, response.text
    return str(response.json()["task_id"])


def _submit(service: Installation, key: str, prompt: str, headers: dict[str, str] | None = None) -> requests.Response:
    url = f"{service.url}/background/analyze-image"
    data, files = {"prompt": prompt}, {"file": png()}
    return service.http.post(url, files=files, data=data, headers=bearing(key) | (headers or {}), timeout=30)


def _ask(service: Installation, key: str, method: str, path: str) -> requests.Response:
    return service.http.request(method, service.url + path, headers=bearing(key), timeout=30)


def _status(service: Installation, key: str, task_id: str) -> Answer:
    return service.status(task_id, **bearing(key))


def _untimed(status: Answer) -> Answer:
    """A status without what changes as time goes by."""
    return {name: value for name, value in status.items() if name != "eta_seconds"}


def _until(service: Installation, key: str, task_id: str, status: str) -> None:
    service.wait_for(lambda: _status(service, key, task_id)["status"] == status, 20)


def _list(service: Installation, key: str, query: str) -> Answer:
    response = _ask(service, key, "GET", f"/background/all-tasks?{query}")
    assert response.status_code == 200, response.text
    assert key == BOB or SECRET not in response.text
    body: Answer = response.json()
    return body


def _clean(service: Installation, key: str) -> int:
    response = _ask(service, key, "POST", "/background/cleanup?max_age_hours=0")
    return int(response.json()["removed_count"])


def _without_ids(response: requests.Response, task_id: str) -> dict[str, Any]:
    """All of an answer that could tell one from another."""
    own = {"date", "x-request-id"}
    headers = {name: value for name, value in response.headers.items() if name.lower() not in own}
    body = json.loads(response.text.replace(task_id, "ID"))
    return {"headers": headers, "body": body | {"request_id": ""}}

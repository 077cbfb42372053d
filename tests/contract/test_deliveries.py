"""Deliveries as their client sees them: which ending is told of, what each try came to, and another go on request."""

from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.contract import guide
from tests.contract.installing import SECRET, installed
from tests.contract.pictures import png
from tests.contract.problem import assert_problem
from tests.doors.keys import ALICE, API_KEYS, BOB, as_client, bearing
from tests.installation import Installation
from tests.peers.process import Peer, Seen

OLD = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w="


@pytest.fixture(scope="module")
def calling(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """Two clients, and a secret that is being replaced."""
    settings = {"API_KEYS": API_KEYS, "CALLBACK_SECRETS": f"{SECRET},{OLD}"}
    with installed(tmp_path_factory.mktemp("calling"), openai_process, **settings) as installation:
        yield as_client(installation, ALICE)


def test_each_try_is_told_of(calling: Installation, receiver: Peer) -> None:
    url = f"{receiver.url}/fail-first/1?a=b"
    task_id = calling.submitted(png(), callback_url=url)
    first = calling.wait_for(lambda: next((one for one in _of(calling, task_id) if one["tries"]), None), 20)
    assert (first["state"], first["event"], first["url"]) == ("pending", "task.completed", url)
    guide.assert_time(first["next_try_at"])
    [delivery] = calling.wait_for(lambda: _in(calling, task_id, "delivered"), 20)
    failed, fine = delivery["tries"]
    assert (failed["attempt"], failed["status"], failed["error"]) == (1, 500, "HTTP 500")
    assert (fine["attempt"], fine["status"], fine["error"]) == (2, 200, None)
    assert failed["at"] < fine["at"] and fine["duration_ms"] >= 0
    assert delivery["next_try_at"] is None and delivery["id"] == receiver.seen()[0]["headers"]["webhook-id"]


def test_only_the_endings_asked_for_are_told(calling: Installation, receiver: Peer) -> None:
    asked = {"callback_url": f"{receiver.url}/ok", "callback_events": "failed, cancelled"}
    completed, failed = calling.submitted(png(), **asked), calling.submitted(png(), prompt="REFUSE", **asked)
    calling.ended(completed)
    calling.wait_for(lambda: _in(calling, failed, "delivered"), 20)
    assert _of(calling, completed) == []
    assert [_verified(one)["type"] for one in receiver.seen()] == ["task.failed"]


@pytest.mark.parametrize("wrong", ["done", "completed,,failed", "completed;failed", "COMPLETED"])
def test_endings_that_there_are_not(calling: Installation, wrong: str, language: str) -> None:
    headers = {"Accept-Language": language}
    data = {"callback_url": "https://client.example/", "callback_events": wrong}
    url = f"{calling.url}/background/analyze-image"
    response = calling.http.post(url, files={"file": png()}, data=data, headers=headers, timeout=30)
    assert assert_problem(response, 422, "invalid_field", language)["field"] == "callback_events"


def test_a_delivery_is_sent_again_under_its_id(calling: Installation, receiver: Peer) -> None:
    task_id = calling.submitted(png(), callback_url=f"{receiver.url}/ok")
    [delivery] = calling.wait_for(lambda: _in(calling, task_id, "delivered"), 20)
    response = _replay(calling, delivery["id"])
    assert response.status_code == 202 and response.json()["delivery"]["state"] == "pending"
    first, second = receiver.wait_seen(lambda seen: len(seen) == 2 and seen[1]["outcome"] == "answered")
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"] == delivery["id"]
    assert _verified(first) == _verified(second)
    [delivery] = calling.wait_for(lambda: _in(calling, task_id, "delivered"), 20)
    assert [one["attempt"] for one in delivery["tries"]] == [1, 2]


def test_an_endpoint_that_is_gone_is_stopped_until_a_replay_gets_through(calling: Installation, receiver: Peer) -> None:
    stopped = calling.get("/health").json()["callbacks"]["stopped_endpoints"]
    for number, state in enumerate(("failed", "stopped")):
        task_id = calling.submitted(png(), callback_url=f"{receiver.url}/gone-until-third?{number}")
        [delivery] = calling.wait_for(lambda task_id=task_id, state=state: _in(calling, task_id, state), 20)
        assert len(delivery["tries"]) == 1 - number and delivery["ended_at"] is not None
        assert calling.get("/health").json()["callbacks"]["stopped_endpoints"] == stopped + 1
    for state in ("failed", "delivered"):
        assert _replay(calling, delivery["id"]).status_code == 202
        [delivery] = calling.wait_for(lambda state=state: _in(calling, task_id, state), 20)
    assert calling.get("/health").json()["callbacks"]["stopped_endpoints"] == stopped
    task_id = calling.submitted(png(), callback_url=f"{receiver.url}/gone-until-third")
    calling.wait_for(lambda: _in(calling, task_id, "delivered"), 20)


def test_both_secrets_sign_while_one_is_replaced(calling: Installation, receiver: Peer) -> None:
    calling.submitted(png(), callback_url=f"{receiver.url}/ok")
    [seen] = receiver.wait_seen(lambda seen: bool(seen) and seen[0]["outcome"] == "answered")
    assert len(seen["headers"]["webhook-signature"].split(" ")) == 2
    for secret in (SECRET, OLD):
        assert _verified(seen, secret)["type"] == "task.completed"


def test_pages_lead_through_all(calling: Installation, receiver: Peer) -> None:
    tasks = [calling.submitted(png(), callback_url=f"{receiver.url}/ok") for _ in range(3)]
    for task_id in tasks:
        calling.wait_for(lambda task_id=task_id: _in(calling, task_id, "delivered"), 20)
    found, token = [], ""
    while not found or token:
        page = calling.get(f"/background/deliveries?page_size=2&page_token={token}").json()
        found += [one["task_id"] for one in page["deliveries"]]
        token = page["next_page_token"]
    assert found[:3] == sorted(tasks, key=tasks.index, reverse=True) or set(found[:3]) == set(tasks)
    assert len(found) == len(set(found))
    response = calling.get("/background/deliveries?page_size=-1")
    assert_problem(response, 422, "invalid_field")


def test_anothers_deliveries_are_as_if_they_were_not_there(
    calling: Installation, receiver: Peer, language: str
) -> None:
    task_id = calling.submitted(png(), callback_url=f"{receiver.url}/ok")
    [delivery] = calling.wait_for(lambda: _in(calling, task_id, "delivered"), 20)
    assert calling.get("/background/deliveries", headers=bearing(BOB)).json()["deliveries"] == []
    for name in (delivery["id"], "msg_0"):
        response = _replay(calling, name, **bearing(BOB), **{"Accept-Language": language})
        assert_problem(response, 404, "unknown_delivery", language)
    assert len(receiver.seen()) == 1


def test_what_is_cleaned_up_takes_its_deliveries_along(calling: Installation, receiver: Peer) -> None:
    task_id = calling.submitted(png(), callback_url=f"{receiver.url}/ok")
    calling.wait_for(lambda: _in(calling, task_id, "delivered"), 20)
    calling.http.post(f"{calling.url}/background/cleanup?max_age_hours=0", timeout=30)
    assert _of(calling, task_id) == []


def _of(service: Installation, task_id: str) -> list[dict[str, Any]]:
    response = service.get(f"/background/deliveries?task_id={task_id}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["deliveries"]
    return found


def _in(service: Installation, task_id: str, state: str) -> list[dict[str, Any]]:
    return [one for one in _of(service, task_id) if one["state"] == state]


def _replay(service: Installation, delivery_id: str, **headers: str) -> Any:
    url = f"{service.url}/background/deliveries/{delivery_id}/replay"
    return service.http.post(url, headers=headers, timeout=30)


def _verified(seen: Seen, secret: str = SECRET) -> dict[str, Any]:
    body: dict[str, Any] = Webhook(secret).verify(seen["body"], seen["headers"])
    return body

"""Callbacks: one signed word for each ended task, kept until it is taken, and never to a place that is not allowed."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from service.jobs.bell import Bell
from service.jobs.database import Database, deliveries
from tests.contract import guide
from tests.contract.installing import SECRET, installed
from tests.contract.pictures import png
from tests.installation import Installation
from tests.peers.process import Peer, Seen

PUBLIC = "https://documents.example.com"


@pytest.fixture(scope="module")
def calling(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A service that knows its public address."""
    with installed(tmp_path_factory.mktemp("calling"), openai_process, PUBLIC_URL=PUBLIC) as installation:
        yield installation


@pytest.mark.parametrize(("prompt", "status"), [("OK", "completed"), ("REFUSE", "failed"), ("HANG", "cancelled")])
def test_each_ending_calls_back_once(calling: Installation, receiver: Peer, prompt: str, status: str) -> None:
    task_id = calling.submitted(png(), prompt=prompt, callback_url=f"{receiver.url}/ok?a=1&b=%20", metadata='{"n": 1}')
    if status == "cancelled":
        calling.wait_until(task_id, "processing")
        calling.cancel(task_id)
    [seen] = receiver.wait_seen(lambda seen: bool(seen) and seen[0]["outcome"] == "answered")
    assert (seen["method"], seen["path"], seen["query"]) == ("POST", "/ok", "a=1&b=%20")
    body = _verified(seen, SECRET)
    assert set(body) == {"type", "timestamp", "data"} and body["type"] == f"task.{status}"
    guide.assert_time(body["timestamp"])
    assert body["data"]["metadata"] == {"n": 1}
    _assert_is_the_status(calling, body["data"], task_id)
    assert "analysis" not in body["data"], "a link to the result, not the result"


def test_a_failure_is_tried_again_with_the_same_id(calling: Installation, receiver: Peer) -> None:
    calling.submitted(png(), callback_url=f"{receiver.url}/fail-first/1")
    first, second = receiver.wait_seen(lambda seen: len(seen) == 2 and seen[1]["outcome"] == "answered", timeout=40)
    assert (first["status"], second["status"]) == (500, 200)
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
    assert first["body"] == second["body"]
    assert second["received_monotonic"] - first["ended_monotonic"] > 4, "5 s, more or less"
    assert int(second["headers"]["webhook-timestamp"]) > int(first["headers"]["webhook-timestamp"])
    assert _verified(first, SECRET) == _verified(second, SECRET)


def test_the_wait_that_a_receiver_asks_for_and_redirects_and_410(calling: Installation, receiver: Peer) -> None:
    """Three together, for each must be waited for: what is not to come cannot be seen any other way."""
    targets = {
        "gone": f"{receiver.url}/status/410",
        "redirect": f"{receiver.url}/redirect?to={receiver.url}/ok",
        "later": f"{receiver.url}/status/503?retry_after=600",
        "reset": f"{receiver.url}/reset",
    }
    for url in targets.values():
        calling.submitted(png(), callback_url=url)

    def again(seen: list[Seen]) -> bool:
        paths = [one["path"] for one in seen]
        return (
            {"/status/410", "/status/503"} <= set(paths)
            and paths.count("/redirect") == 2
            and paths.count("/reset") == 2
        )

    paths = [one["path"] for one in receiver.wait_seen(again, timeout=40)]
    assert paths.count("/status/410") == 1, "410 stops for good"
    assert paths.count("/status/503") == 1, "Retry-After is honoured"
    assert "/ok" not in paths, "a redirect is a failure and is not followed"


def test_a_secret_of_its_own_where_none_is_set(tmp_path: Path, openai_peer: Peer, receiver: Peer) -> None:
    with installed(tmp_path, openai_peer, CALLBACK_SECRETS="") as service:
        task_id = service.submitted(png(), callback_url=f"{receiver.url}/ok")
        [seen] = receiver.wait_seen(lambda seen: bool(seen) and seen[0]["outcome"] == "answered")
        path = service.data / "callback.secret"
        assert _verified(seen, path.read_text().strip())["data"]["task_id"] == task_id
        assert path.stat().st_mode & 0o077 == 0
        assert _verified(seen, path.read_text().strip())["data"]["result_url"] == f"/background/task-result/{task_id}"


def test_both_secrets_sign_while_one_replaces_the_other(tmp_path: Path, openai_peer: Peer, receiver: Peer) -> None:
    other = "whsec_" + SECRET.removeprefix("whsec_")[::-1].lstrip("=").ljust(44, "=")
    with installed(tmp_path, openai_peer, CALLBACK_SECRETS=f"{other},{SECRET}") as service:
        service.submitted(png(), callback_url=f"{receiver.url}/ok")
        [seen] = receiver.wait_seen(lambda seen: bool(seen) and seen[0]["outcome"] == "answered")
    assert _verified(seen, SECRET) == _verified(seen, other)
    assert len(seen["headers"]["webhook-signature"].split(" ")) == 2


def test_a_name_that_leads_to_this_host_is_never_contacted(tmp_path: Path, openai_peer: Peer, receiver: Peer) -> None:
    with installed(tmp_path, openai_peer, CALLBACK_ALLOWED_HOSTS="") as service:
        port = receiver.url.rpartition(":")[2]
        refused = service.submit(png(), callback_url=f"{receiver.url}/ok")
        assert refused.status_code == 422, refused.text
        task_id = service.submitted(png(), callback_url=f"http://{_own_name()}:{port}/ok")
        service.wait_for(lambda: '"delivery_forbidden"' in service.output())
        assert service.status(task_id)["status"] == "completed"
    assert receiver.seen() == []


@pytest.mark.parametrize("url", ["http://받는곳.invalid/hook", "http://a..example/hook", f"http://{'a' * 64}.example/"])
def test_a_name_that_leads_nowhere_waits_its_turn(calling: Installation, receiver: Peer, url: str) -> None:
    """Owed directly, for a submission would refuse some of these."""
    task_id = _owe(calling, url)
    calling.submitted(png(), callback_url=f"{receiver.url}/ok")
    receiver.wait_seen(lambda seen: bool(seen))
    failed = calling.wait_for(lambda: [one for one in calling.events(task_id) if one["event"] == "delivery_failed"], 40)
    assert failed[0]["retry_in_seconds"] > 4
    assert "never retrieved" not in calling.output()


def _owe(service: Installation, url: str) -> str:
    """Make a task whose callback goes to `url`, and have it sent."""
    task_id = service.submitted(png())
    service.ended(task_id)
    row = {"id": f"msg_{task_id}", "job_id": task_id, "url": url, "body": "{}", "state": "pending", "attempt": 0}
    database = Database(f"sqlite:///{service.data / 'jobs.db'}")
    with database.write() as connection:
        connection.execute(deliveries.insert(), [row | {"due_at": 0, "created_at": 0}])
    database.close()
    with Bell(service.data / "courier.bell") as bell:
        bell.ring()
    return task_id


def _own_name() -> str:
    """A name, not an address, that resolves to this host."""
    name = socket.gethostname()
    found = {entry[4][0] for entry in socket.getaddrinfo(name, None)}
    if name == "localhost" or not found:
        pytest.skip("this host has no name of its own")
    return name


def _verified(seen: Seen, secret: str) -> dict[str, Any]:
    """The body, after the public package has verified it, as a receiver would."""
    headers = seen["headers"]
    assert "." not in headers["webhook-id"] and headers["content-type"] == "application/json"
    sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 60
    Webhook(secret).verify(seen["body"], headers)
    body: dict[str, Any] = json.loads(seen["body"])
    return body


def _assert_is_the_status(service: Installation, data: dict[str, Any], task_id: str) -> None:
    status = service.status(task_id)
    if "result_url" in status:
        status["result_url"] = PUBLIC + status["result_url"]
    assert {name: data.get(name) for name in status} == status

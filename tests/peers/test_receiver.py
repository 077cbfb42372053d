"""The callback receiver does what its paths say, and tells what it got."""

import http.client
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
import requests
from standardwebhooks import Webhook, WebhookVerificationError

from tests.peers.process import ROOT, Peer, Seen

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"


def post(peer: Peer, path: str, webhook_id: str = "msg_1", timeout: float = 5) -> requests.Response:
    headers = {"webhook-id": webhook_id, "content-type": "application/json"}
    return requests.post(peer.url + path, '{"가": 1}'.encode(), headers=headers, timeout=timeout, allow_redirects=False)


def test_ok_is_seen_whole(receiver: Peer) -> None:
    assert post(receiver, "/ok").status_code == 200
    [delivery] = receiver.seen()
    assert (delivery["path"], delivery["body"]) == ("/ok", '{"가": 1}')
    assert delivery["headers"]["webhook-id"] == "msg_1"
    assert (delivery["status"], delivery["outcome"]) == (200, "answered")
    assert abs(delivery["received_at"] - time.time()) < 60
    assert delivery["received_monotonic"] <= delivery["ended_monotonic"]


@pytest.mark.parametrize("code", [204, 410, 500, 503])
def test_status(receiver: Peer, code: int) -> None:
    assert post(receiver, f"/status/{code}").status_code == code


def test_status_with_retry_after(receiver: Peer) -> None:
    assert post(receiver, "/status/503?retry_after=7").headers["retry-after"] == "7"


def test_fail_first_counts_each_webhook(receiver: Peer) -> None:
    statuses = [post(receiver, "/fail-first/2", webhook).status_code for webhook in ("a", "a", "b", "a", "b", "b")]
    assert statuses == [500, 500, 500, 200, 500, 200]
    receiver.reset()
    assert post(receiver, "/fail-first/2", "a").status_code == 500


def test_redirect_is_one(receiver: Peer) -> None:
    response = post(receiver, "/redirect?to=http://127.0.0.1:1/ok")
    assert (response.status_code, response.headers["location"]) == (302, "http://127.0.0.1:1/ok")


def test_reset_drops_the_connection(receiver: Peer) -> None:
    connection = http.client.HTTPConnection(receiver.url.removeprefix("http://"), timeout=5)
    with pytest.raises(ConnectionResetError):
        connection.request("POST", "/reset", b"x")
        connection.getresponse()
    connection.close()
    receiver.wait_seen(lambda seen: seen and seen[0]["status"] is None and seen[0]["outcome"] == "answered")


def test_hang_sees_the_client_give_up(receiver: Peer) -> None:
    with pytest.raises(requests.ReadTimeout):
        post(receiver, "/hang", timeout=0.2)
    receiver.wait_seen(lambda seen: bool(seen) and seen[0]["outcome"] == "client_closed")


def test_slow(receiver: Peer) -> None:
    assert post(receiver, "/slow/0.2").elapsed.total_seconds() >= 0.2


def test_a_recorded_delivery_can_be_verified(receiver: Peer) -> None:
    body, now = '{"type": "task.completed", "표": 1}', datetime.now(UTC)
    headers = {
        "webhook-id": "msg_2",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_2", now, body),
    }
    requests.post(receiver.url + "/ok", body.encode(), headers=headers, timeout=5)
    [delivery] = receiver.seen()
    assert Webhook(SECRET).verify(delivery["body"], delivery["headers"]) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(delivery["body"] + " ", delivery["headers"])


def test_wait_seen_says_what_it_saw_instead(receiver: Peer) -> None:
    post(receiver, "/status/418")
    with pytest.raises(AssertionError, match=r"/status/418"):
        receiver.wait_seen(_never, timeout=0.05)
    assert [entry["path"] for entry in receiver.seen(last=1)] == ["/status/418"]


def test_it_ends_on_sigterm_with_a_connection_open() -> None:
    command = [sys.executable, "-m", "tests.peers.receiver", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        peer = Peer(f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}", process.pid)
        connection = http.client.HTTPConnection(peer.url.removeprefix("http://"), timeout=5)
        connection.request("POST", "/hang", b"x")
        peer.wait_seen(lambda seen: len(seen) == 1)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        connection.close()


def test_it_ends_when_its_starter_is_gone() -> None:
    command = [sys.executable, "-m", "tests.peers.receiver", "--until-stdin-closes"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        process.stdin.close()
        process.wait(timeout=10)


def _never(_: list[Seen]) -> bool:
    return False

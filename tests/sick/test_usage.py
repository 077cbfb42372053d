"""What a model charged is told, however the task ends."""

import json

import pytest

from tests.contract.installing import MODEL
from tests.installation import Answer, Installation
from tests.lending import Lend
from tests.lifecycle.patient import PATIENT
from tests.peers.process import Peer, Seen
from tests.pictures import document, picture

TERRA = (2, 12)
"""Millionths of a USD for a token of a question and of an answer."""


def test_usage_and_cost_stand_in_result_status_list_and_callback(
    service: Installation, openai_peer: Peer, receiver: Peer
) -> None:
    task = service.submitted(picture(), prompt="OK", callback_url=f"{receiver.url}/ok")
    usage = service.ended(task)["usage"]
    assert usage["prompt_tokens"] == _charged(openai_peer.seen()) and usage["completion_tokens"] > 0
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["cost_usd"] == pytest.approx(_cost(usage)) and "cost_note" not in usage
    assert service.result(task).json()["usage"] == usage
    listed = service.get("/background/all-tasks?page_size=1").json()["tasks"][0]
    assert (listed["task_id"], listed["usage"]) == (task, usage)
    [call] = receiver.wait_seen(lambda seen: len(seen) == 1 and seen[0]["outcome"] == "answered")
    assert json.loads(call["body"])["data"]["usage"] == usage


def test_the_cost_of_a_model_without_a_price_is_not_told_and_says_why(service: Installation, openai_peer: Peer) -> None:
    task = service.submitted(picture(), model="llava:13b")
    usage = service.ended(task)["usage"]
    assert usage["prompt_tokens"] > 0 and usage["cost_usd"] is None
    assert "PRICES_FILE" in usage["cost_note"] and service.result(task).json()["usage"] == usage


@pytest.mark.parametrize(("word", "asked"), [("LENGTH", 2), ("REFUSE", 1)])
def test_a_task_that_fails_was_charged_for_its_answers(
    service: Installation, openai_peer: Peer, word: str, asked: int
) -> None:
    ended = service.ended(service.submitted(picture(), prompt=word))
    assert ended["status"] == "failed" and len(openai_peer.seen()) == asked
    assert ended["usage"]["prompt_tokens"] == _charged(openai_peer.seen())
    assert ended["usage"]["cost_usd"] == pytest.approx(_cost(ended["usage"]))


def test_a_task_that_was_never_answered_tells_no_usage(service: Installation, openai_peer: Peer) -> None:
    ended = service.ended(service.submitted(picture(), prompt="STATUS 401"))
    assert ended["status"] == "failed" and "usage" not in ended


def test_a_cancelled_task_was_charged_for_the_pages_before(lend: Lend, openai_peer: Peer) -> None:
    with lend(PATIENT, MAX_WORKERS=1) as service:  # a worker that is killed notes nothing
        task = service.submitted(document(3), "extract-tables", model=f"{MODEL}-PAGE-3-HANG")
        answered = openai_peer.wait_seen(lambda seen: len([one for one in seen if one["outcome"] == "answered"]) == 2)
        service.wait_for(lambda: service.status(task)["progress"] > 60)
        assert service.cancel(task).status_code == 200
        expected = _charged([one for one in answered if one["outcome"] == "answered"])
        usage = service.wait_for(lambda: service.status(task).get("usage"))
        assert usage["prompt_tokens"] == expected and service.status(task)["status"] == "cancelled"


def _charged(seen: list[Seen]) -> int:
    words = sum(len(one["prompt"] + one["system"]) // 4 + 1 for one in seen)
    return sum(image["tokens"] for one in seen for image in one["images"]) + words


def _cost(usage: Answer) -> float:
    return (usage["prompt_tokens"] * TERRA[0] + usage["completion_tokens"] * TERRA[1]) / 1_000_000

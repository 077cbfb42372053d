"""Cancelling: what each state answers, and that a cancelled task stays so."""

from collections.abc import Iterator

import pytest

from tests.contract import guide
from tests.contract.pictures import png
from tests.contract.problem import assert_problem, speaking
from tests.installation import Answer, Installation
from tests.lending import Lend
from tests.peers.process import Peer

HEADING = "### 5. 작업 취소"


@pytest.fixture
def single(lend: Lend) -> Iterator[Installation]:
    """A service with one worker, so that a second task waits."""
    with lend(MAX_WORKERS=1) as installation:
        yield installation


def test_pending_and_processing(single: Installation, openai_peer: Peer) -> None:
    running = single.submitted(png(), prompt="HANG first")
    single.wait_until(running, "processing")
    waiting = single.submitted(png(), prompt="HANG second")
    for task_id in (waiting, running):
        response = single.cancel(task_id)
        assert (response.status_code, response.json()["message"]) == (200, guide.message(HEADING, task_id))
        assert single.status(task_id)["status"] == "cancelled", "from that answer on"
    assert single.ended(single.submitted(png()))["status"] == "completed", "the slot is free again"
    for task_id in (waiting, running):
        picture = single.status(task_id)
        assert picture["status"] == "cancelled" and "result_url" not in picture
        guide.assert_time(picture["completed_at"])
        assert not list(single.results.glob(f"*{task_id}*.json"))
    assert "HANG second" not in [seen["prompt"] for seen in openai_peer.seen()], "it never began"


def test_already_cancelled(single: Installation) -> None:
    task_id = single.submitted(png(), prompt="HANG")
    first, picture = single.cancel(task_id), single.status(task_id)
    again = single.cancel(task_id)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert single.status(task_id) == picture


@pytest.mark.parametrize(("prompt", "status"), [("OK", "completed"), ("REFUSE", "failed")])
def test_already_ended(single: Installation, language: str, prompt: str, status: str) -> None:
    task_id = single.submitted(png(), prompt=prompt)
    picture = single.ended(task_id)
    assert picture["status"] == status
    url = f"{single.url}/background/cancel-task/{task_id}"
    response = single.http.delete(url, headers=speaking(language), timeout=30)
    assert assert_problem(response, 409, "task_finished", language, single)["task_status"] == status
    assert single.status(task_id) == picture


def test_while_the_answer_streams(single: Installation, openai_peer: Peer) -> None:
    task_id = single.submitted(png(), prompt="DRIP 1000 0.01")
    openai_peer.wait_seen(lambda seen: len(seen) == 1)
    single.wait_for(lambda: _progress(single.status(task_id)) > 30)
    assert single.cancel(task_id).status_code == 200
    openai_peer.wait_seen(lambda seen: seen[-1]["outcome"] == "client_closed")
    assert single.status(task_id)["status"] == "cancelled"


def _progress(picture: Answer) -> int:
    return int(picture["progress"])

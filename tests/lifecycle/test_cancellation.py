"""Cancelling for real: the worker's slot is free again, and nothing of the job is ever seen."""

import random
import time

import pytest

from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.lending import Lend
from tests.lifecycle.patient import PATIENT, SLOT_FREE
from tests.peers.process import Peer
from tests.pictures import picture, slow_picture


def test_a_pending_task_is_revoked(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        blocking = service.submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        revoked = service.submitted(picture(), prompt="INSTANT revoked")
        after = service.submitted(picture(), prompt="INSTANT after")
        assert service.cancel(revoked).status_code == 200
        assert service.status(revoked)["status"] == "cancelled"
        service.cancel(blocking)
        assert service.ended(after)["status"] == "completed"
        assert service.status(revoked)["started_at"] is None
        assert "INSTANT revoked" not in [entry["prompt"] for entry in openai_peer.seen()]


@pytest.mark.parametrize("word", ["HANG", "STALL"])
def test_a_task_waiting_for_the_model_is_stopped_its_call_closed_and_the_worker_lives_on(
    lend: Lend, openai_peer: Peer, word: str
) -> None:
    with lend(PATIENT, MAX_WORKERS=1) as service:
        before = {one.pid for one in service.workers()}
        task = service.submitted(picture(), prompt=word)
        openai_peer.wait_seen(lambda seen: len(seen) == 1 and seen[0].get("script") == word)
        assert service.cancel(task).status_code == 200
        openai_peer.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed", timeout=SLOT_FREE)
        _assert_slot_is_free(service)
        assert {one.pid for one in service.workers()} == before
        _assert_nothing_of(service, task)


def test_a_task_that_streams_is_stopped_at_its_next_chunk_and_the_worker_lives_on(
    lend: Lend, openai_peer: Peer
) -> None:
    with lend(PATIENT, MAX_WORKERS=1) as service:
        before = {one.pid for one in service.workers()}
        task = service.submitted(picture(), prompt="DRIP 500 0.02")
        service.wait_until(task, "processing")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        assert service.cancel(task).status_code == 200
        openai_peer.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed", timeout=SLOT_FREE)
        _assert_slot_is_free(service)
        assert {one.pid for one in service.workers()} == before
        _assert_nothing_of(service, task)


def test_a_task_in_the_decoder_is_stopped_and_the_worker_lives_on(lend: Lend, openai_peer: Peer) -> None:
    with lend(PATIENT, MAX_WORKERS=1) as service:
        before = {one.pid for one in service.workers()}
        task = service.submitted(slow_picture(), prompt="INSTANT", detail="original")
        service.wait_for(lambda: service.status(task)["progress"] >= 30)
        assert service.cancel(task).status_code == 200
        _assert_slot_is_free(service)
        assert openai_peer.seen()[0]["prompt"] == "INSTANT next"
        assert {one.pid for one in service.workers()} == before
        _assert_nothing_of(service, task)


def test_a_worker_that_does_not_hear_is_killed_and_the_one_in_reserve_takes_its_place(
    lend: Lend, openai_peer: Peer
) -> None:
    with lend(MAX_WORKERS=1) as service:
        service.wait_for(lambda: service.children("worker") and service.children("reserve"))
        [worker], [reserve] = service.children("worker"), service.children("reserve")
        task = service.submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        worker.suspend()  # as deaf as in the midst of a model's computation
        assert service.cancel(task).status_code == 200
        _assert_slot_is_free(service)
        service.wait_for(lambda: service.children("worker") == [reserve])  # nobody had to be waited for
        openai_peer.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed", timeout=SLOT_FREE)
        service.wait_for(lambda: not worker.is_running() and service.children("reserve"))
        _assert_nothing_of(service, task)


def test_a_worker_that_dies_in_reserve_is_replaced(lend: Lend) -> None:
    with lend(MAX_WORKERS=1) as service:
        [reserve] = service.wait_for(lambda: service.children("reserve"))
        reserve.kill()
        service.wait_for(lambda: not reserve.is_running() and service.children("reserve"))
        _assert_slot_is_free(service)


def test_a_cancel_at_any_moment_hits_its_own_task_only(make_installation: MakeInstallation, openai_peer: Peer) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}")
    with make_installation(MAX_WORKERS=2).running() as service:
        answers = {}
        for number in range(60):
            task = service.submitted(picture(), prompt=f"INSTANT number {number}")
            if number % 2:
                _pause(chance.uniform(0, 0.03))
                answers[task] = service.cancel(task).status_code
            else:
                answers[task] = None
        for task, answer in answers.items():
            ended = service.ended(task)
            if answer == 200:
                assert ended["status"] == "cancelled"
                _assert_nothing_of(service, task)
            else:
                assert ended["status"] == "completed", ended
                assert ended["attempt"] == 1, "another task's cancel hit this one"
                assert service.result(task).status_code == 200


def _pause(seconds: float) -> None:
    """A moment chosen by chance is what this test is about, so here time itself is the condition."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def _assert_slot_is_free(service: Installation) -> None:
    following = service.submitted(picture(), prompt="INSTANT next")
    service.wait_until(following, "processing", "completed", timeout=SLOT_FREE)
    assert service.ended(following)["status"] == "completed"


def _assert_nothing_of(service: Installation, task: str) -> None:
    assert service.status(task)["status"] == "cancelled"
    assert service.result(task).status_code == 409
    assert not (service.results / f"{task}.json").exists()
    # Nobody sees a draft; one that was being written when its worker was killed is cleared away by maintenance.
    service.wait_for(lambda: not list((service.results / "drafts").glob(f"{task}.*")))

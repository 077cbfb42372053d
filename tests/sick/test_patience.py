"""How a job takes the faults of the model's server: asked again within its deadline, and stopped at once."""

import pytest

from service.jobs.errors import job_error
from tests.conftest import MakeInstallation
from tests.installation import Answer, Installation
from tests.lifecycle.patient import PATIENT, SLOT_FREE
from tests.peers.process import Peer
from tests.pictures import picture
from tests.sick.conftest import DEADLINE

ONCE = (
    "STATUS 429 1",
    "STATUS 429",
    "DATED 503 2",
    "STATUS 500",
    "STATUS 408",
    "STATUS 409",
    "CUT",
    "RESET",
    "CUT_CLEAN",
    "STREAM_ERROR",
    "GARBAGE",
    "BAD_CHUNK",
    "NOT_CHUNKS",
    "HANG",
    "STALL",
)


def test_every_passing_fault_is_asked_again_and_what_came_before_is_thrown_away(
    service: Installation, openai_peer: Peer
) -> None:
    prompts = {service.submitted(picture(), prompt=f"ONCE {word} 한 번"): word for word in ONCE}
    for task, word in prompts.items():
        assert service.ended(task)["status"] == "completed", word
        assert service.result(task).json()["analysis"]["text"].count("I received") == 1, word
        [again] = _retries(service, task)
        assert again["tries"] == 1 and again["reason"], word
        steps = [event["progress"] for event in service.events(task) if event["event"] == "progress"]
        assert steps == sorted(steps), word
    asked = [seen["prompt"] for seen in openai_peer.seen()]
    assert {asked.count(f"ONCE {word} 한 번") for word in ONCE} == {2}


@pytest.mark.parametrize(("word", "wait"), [("STATUS 429 2", 2.0), ("DATED 503 3", 1.9)])
def test_the_wait_that_the_server_asks_for_is_kept(
    service: Installation, openai_peer: Peer, word: str, wait: float
) -> None:
    assert service.ended(service.submitted(picture(), prompt=f"ONCE {word} 기다려"))["status"] == "completed"
    first, second = openai_peer.seen()
    assert second["received_monotonic"] - first["ended_monotonic"] >= wait


def test_a_wait_beyond_the_deadline_is_not_begun(service: Installation, openai_peer: Peer) -> None:
    task = service.submitted(picture(), prompt=f"STATUS 429 {DEADLINE + 5}")
    _assert_failed(service.ended(task, timeout=20), "model_unavailable", reason="HTTP 429")
    assert len(openai_peer.seen()) == 1 and not _retries(service, task)


def test_tries_are_bounded_and_further_and_further_apart(service: Installation, openai_peer: Peer) -> None:
    assert service.ended(service.submitted(picture(), prompt="OK"))["status"] == "completed"
    openai_peer.reset()  # and what others failed of is forgotten
    task = service.submitted(picture(), prompt="STATUS 500")
    _assert_failed(service.ended(task), "model_unavailable", reason="HTTP 500")
    assert len(openai_peer.seen()) == 4
    waits = [event["wait_seconds"] for event in _retries(service, task)]
    assert [0.25 <= waits[0] <= 0.5, 0.5 <= waits[1] <= 1.0, 1.0 <= waits[2] <= 2.0] == [True] * 3


@pytest.mark.parametrize("word", ["QUOTA", "STATUS 402"])
def test_a_used_up_quota_is_final_at_once(service: Installation, openai_peer: Peer, word: str) -> None:
    _assert_failed(service.ended(service.submitted(picture(), prompt=word)), "model_quota_exceeded")
    assert len(openai_peer.seen()) == 1


def test_a_cancel_while_waiting_frees_the_slot_at_once_and_keeps_the_worker(
    make_installation: MakeInstallation, openai_peer: Peer
) -> None:
    with make_installation(MAX_WORKERS=2).load_first(PATIENT).running() as service:
        before = {one.pid for one in service.workers()}
        tasks = [service.submitted(picture(), prompt=f"STATUS 503 20 {name}") for name in ("a", "b")]
        for task in tasks:
            service.wait_for(lambda task=task: _retries(service, task))
        for task in tasks:
            assert service.cancel(task).status_code == 200
        service.wait_for(lambda: all(_tells(service, task, "stopped") for task in tasks), SLOT_FREE)
        assert service.ended(service.submitted(picture(), prompt="OK"), timeout=SLOT_FREE)["status"] == "completed"
        assert {one.pid for one in service.workers()} == before
        assert len(openai_peer.seen()) == 3


def test_nothing_that_is_told_or_logged_holds_the_key_or_the_prompt(service: Installation) -> None:
    task = service.submitted(picture(), prompt="ECHO 주민등록번호를 적어줘\n비밀 이야기")
    status = service.ended(task)
    _assert_failed(status, "model_rejected", status=400, model=status["model"])
    service.wait_for(lambda: _tells(service, task, "failed"))
    told = (service.results / "logs" / f"{task}.jsonl").read_text() + str(status["error"])
    assert "cannot answer" in told
    assert not [word for word in ("sk-test", "주민등록번호", "비밀") if word in told]


def _tells(service: Installation, task: str, name: str) -> bool:
    """Whether the task's log does; the last lines come after the end."""
    return any(event["event"] == name for event in service.events(task))


def _retries(service: Installation, task: str) -> list[Answer]:
    return [event for event in service.events(task) if event["event"] == "model_retry"]


def _assert_failed(ended: Answer, code: str, **values: object) -> None:
    promised = job_error(code, values)
    assert ended["status"] == "failed"
    assert ended["error"] == {"code": code, "message": promised.message(), "retryable": promised.retryable}

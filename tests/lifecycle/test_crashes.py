"""Processes that die, and what becomes of their tasks."""

from collections import Counter

from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.lending import Lend
from tests.peers.process import Peer
from tests.pictures import picture
from tests.processes import is_over


def test_everything_killed_in_the_middle_loses_nothing(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=2) as service:
        words = ["ONCE HANG" if number in (5, 6) else "SLOW 0.3" for number in range(12)]
        tasks = [service.submitted(picture(), prompt=f"{word} number {number}") for number, word in enumerate(words)]
        openai_peer.wait_seen(lambda seen: sum("HANG" in one["prompt"] for one in seen) == 2)
        service.kill_everything()
        service.start()
        ended = [service.ended(task) for task in tasks]
        assert Counter(one["status"] for one in ended) == {"completed": 12}
        assert max(one["attempt"] for one in ended) == 2
        assert all(service.result(task).status_code == 200 for task in tasks)


def test_the_queue_file_can_be_deleted_while_stopped(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        tasks = [service.submitted(picture(), prompt="SLOW 0.5") for _ in range(5)]
        service.wait_until(tasks[0], "processing", "completed")
        service.stop()
        for file in service.data.glob("queue.db*"):
            file.unlink()
        service.start()
        assert [service.ended(task)["status"] for task in tasks] == ["completed"] * 5


def test_a_stop_hands_running_tasks_back_without_using_up_an_attempt(
    make_installation: MakeInstallation, openai_peer: Peer
) -> None:
    service = make_installation(MAX_WORKERS=2, SHUTDOWN_GRACE=0.5)
    with service.running():
        tasks = [service.submitted(picture(), prompt="HANG") for _ in range(2)]
        openai_peer.wait_seen(lambda seen: len(seen) == 2)
        service.stop()
        openai_peer.wait_seen(lambda seen: all(entry["outcome"] == "client_closed" for entry in seen))
        service.start()
        openai_peer.wait_seen(lambda seen: len(seen) == 4)
        assert [service.status(task)["attempt"] for task in tasks] == [1, 1]


def test_a_stop_lets_short_tasks_end(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        task = service.submitted(picture(), prompt="SLOW 1")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        service.stop()
        service.start()
        ended = service.status(task)
        assert (ended["status"], ended["attempt"]) == ("completed", 1)
        assert len(openai_peer.seen()) == 1


def test_a_killed_worker_is_replaced_and_its_task_run_again(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        task = service.submitted(picture(), prompt="ONCE HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        _kill_worker(service)
        ended = service.ended(task)
        assert (ended["status"], ended["attempt"]) == ("completed", 2)


def test_a_task_that_kills_its_worker_three_times_fails_and_others_go_on(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        deadly = service.submitted(picture(), prompt="HANG")
        harmless = service.submitted(picture(), prompt="INSTANT")
        for number in (1, 2, 3):
            openai_peer.wait_seen(lambda seen, number=number: _hung(seen) == number)
            _kill_worker(service)
        ended = service.ended(deadly)
        assert ended["status"] == "failed"
        assert (ended["error"]["code"], ended["error"]["retryable"]) == ("worker_crashed", False)
        assert service.ended(harmless)["status"] == "completed"


def test_workers_die_with_their_supervisor(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=2) as service:
        task = service.submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        workers = service.workers()
        service.process("worker").kill()
        service.wait_for(lambda: all(map(is_over, workers)))
        openai_peer.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed")
        service.wait_for(service.manager_ended)  # honcho stops the others when one of them ends
        service.start()
        openai_peer.wait_seen(lambda seen: len(seen) == 2)
        assert service.status(task)["attempt"] == 2


def test_a_run_over_its_time_fails_and_frees_the_slot(make_installation: MakeInstallation, openai_peer: Peer) -> None:
    with make_installation(MAX_WORKERS=1, JOB_TIMEOUT=3).running() as service:
        task = service.submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        following = service.submitted(picture(), prompt="INSTANT")
        ended = service.ended(task)
        assert ended["status"] == "failed"
        assert (ended["error"]["code"], ended["error"]["retryable"]) == ("deadline_exceeded", True)
        assert 3000 <= ended["duration_ms"] < 10_000
        assert service.ended(following)["status"] == "completed"
        openai_peer.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed")


def _hung(seen: list[dict[str, object]]) -> int:
    return sum(entry.get("script") == "HANG" for entry in seen)


def _kill_worker(service: Installation) -> None:
    """SIGKILL to the one worker, which is the child that holds a connection to the model."""
    (busy,) = (one for one in service.workers() if one.net_connections("tcp"))
    busy.kill()
